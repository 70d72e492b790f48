import { type Plot, type PlotPoint, paretoFront, type Quality } from './plot.ts';

/** What a line or a word of the plot is. */
export type Role = 'grid' | 'series' | 'whisker' | 'front' | 'tick' | 'title';

export interface Line {
  readonly role: Role;
  /** Whose colour it has; null for what belongs to all. */
  readonly series: number | null;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface Words {
  readonly role: Role;
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly anchor: 'start' | 'middle' | 'end';
}

export interface Dot {
  readonly point: PlotPoint;
  readonly series: number;
  readonly x: number;
  readonly y: number;
  readonly isOnFront: boolean;
  readonly isCurrent: boolean;
}

/** A series' marker before its name. */
export interface LegendEntry {
  readonly series: number;
  readonly name: string;
  /** Middle of the marker; the name begins `LEGEND_GAP` to the right. */
  readonly x: number;
  readonly y: number;
}

/** The plot in CSS pixels from the top left, however it is drawn. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly lines: readonly Line[];
  readonly words: readonly Words[];
  readonly dots: readonly Dot[];
  /** For a drawing that stands alone; empty where there is one series. */
  readonly legend: readonly LegendEntry[];
}

export const LEGEND_GAP = 10;

const MARGIN = { left: 52, right: 16, top: 32, bottom: 48 };
const TICKS = 5;
/** About what a letter takes; names in a legend are short. */
const LETTER = 7;

/** Round numbers that cover low..high, about `count` apart steps; the first is ≤ low and the last ≥ high. */
export function ticks(low: number, high: number, count = TICKS): number[] {
  const rough = Math.max(high - low, 1e-3) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const first = Math.floor(low / step + 1e-9);
  const last = Math.max(first + 1, Math.ceil(high / step - 1e-9));
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(10)));
}

/** Latency from 0 along x, quality along y, larger numbers up. */
export function layout({ series, quality, current }: Plot, width: number, height: number): Layout {
  const points = series.flatMap((each) => each.points);
  const xs = ticks(0, Math.max(1, ...points.map(({ latency }) => latency)), width < 480 ? 4 : 8);
  const ys = qualityTicks(points, quality);
  const [left, right] = [MARGIN.left, width - MARGIN.right];
  const [top, bottom] = [MARGIN.top, height - MARGIN.bottom];
  const x = scale(xs, left, right);
  const y = scale(ys, bottom, top);
  const front = paretoFront(points, quality);
  const at = (point: PlotPoint) => [x(point.latency), y(point.quality)] as const;
  return {
    width,
    height,
    lines: [
      ...xs.map((tick) => line('grid', null, [x(tick), top], [x(tick), bottom])),
      ...ys.map((tick) => line('grid', null, [left, y(tick)], [right, y(tick)])),
      ...(series.length > 1 ? series.map((each, index) => line('series', index, ...each.points.map(at))) : []),
      ...series.flatMap((each, index) =>
        each.points.flatMap(({ latency, low, high }) =>
          low === undefined || high === undefined || low === high
            ? []
            : [line('whisker', index, [x(latency), y(low)], [x(latency), y(high)])],
        ),
      ),
      line('front', null, ...front.map(at)),
    ],
    words: [
      ...xs.map((tick): Words => word('tick', String(tick), x(tick), bottom + 18, 'middle')),
      ...ys.map((tick): Words => word('tick', String(tick), left - 8, y(tick) + 4, 'end')),
      word('title', 'Latency on this device, ms', right, height - 8, 'end'),
      word('title', quality.title, 4, 16, 'start'),
    ],
    dots: series.flatMap((each, index) =>
      each.points.map((point) => ({
        point,
        series: index,
        x: x(point.latency),
        y: y(point.quality),
        isOnFront: front.includes(point),
        isCurrent: current?.series === index && current.value === point.value,
      })),
    ),
    legend: legend(series, right),
  };
}

function qualityTicks(points: readonly PlotPoint[], { best }: Quality): number[] {
  const ends = points.flatMap(({ quality, low = quality, high = quality }) => [quality, low, high]);
  if (best !== undefined) return ticks(Math.min(best - 0.01, ...ends), Math.max(best, ...ends));
  return ends.length === 0 ? ticks(0, 1) : ticks(Math.min(...ends), Math.max(...ends));
}

/** In one line, its end above that of the plot. */
function legend(series: Plot['series'], right: number): LegendEntry[] {
  if (series.length < 2) return [];
  const entries: LegendEntry[] = [];
  let x = right;
  for (const [index, { name }] of [...series.entries()].toReversed()) {
    x -= LEGEND_GAP + LETTER * name.length;
    entries.unshift({ series: index, name, x, y: 12 });
    x -= 2 * LEGEND_GAP;
  }
  return entries;
}

function line(role: Role, series: number | null, ...points: Line['points']): Line {
  return { role, series, points };
}

function word(role: Role, text: string, x: number, y: number, anchor: Words['anchor']): Words {
  return { role, text, x, y, anchor };
}

function scale(range: readonly number[], from: number, to: number): (value: number) => number {
  const [low, high] = [range[0] ?? 0, range.at(-1) ?? 1];
  return (value) => from + ((value - low) / (high - low)) * (to - from);
}
