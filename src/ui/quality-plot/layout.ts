/** A picture as the plot sees it. */
export interface PlotPoint {
  /** Of the setting that varies. */
  readonly value: number;
  /** Milliseconds on this device. */
  readonly latency: number;
  /** SSIM to the full-budget image, up to 1. */
  readonly similarity: number;
}

/** What a line or a word of the plot is. */
export type Role = 'grid' | 'front' | 'tick' | 'title';

export interface Line {
  readonly role: Role;
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
  readonly x: number;
  readonly y: number;
  readonly isOnFront: boolean;
}

/** The plot in CSS pixels from the top left, however it is drawn. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly lines: readonly Line[];
  readonly words: readonly Words[];
  readonly dots: readonly Dot[];
}

const MARGIN = { left: 52, right: 16, top: 32, bottom: 48 };
const TICKS = 5;

/** The points that no other beats in both: none is at least as fast and nearer, or as near and faster. By latency. */
export function paretoFront(points: readonly PlotPoint[]): PlotPoint[] {
  const front: PlotPoint[] = [];
  const sorted = points.toSorted((a, b) => a.latency - b.latency || b.similarity - a.similarity);
  for (const point of sorted) {
    const best = front.at(-1);
    if (best === undefined || point.similarity > best.similarity) front.push(point);
  }
  return front;
}

/** Round numbers that cover low..high, about `count` apart steps; the first is ≤ low and the last ≥ high. */
export function ticks(low: number, high: number, count = TICKS): number[] {
  const rough = Math.max(high - low, 1e-3) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const first = Math.floor(low / step + 1e-9);
  const last = Math.max(first + 1, Math.ceil(high / step - 1e-9));
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(10)));
}

/** Latency from 0 along x, similarity up along y. */
export function layout(points: readonly PlotPoint[], width: number, height: number): Layout {
  const xs = ticks(0, Math.max(1, ...points.map(({ latency }) => latency)), width < 480 ? 4 : 8);
  const ys = ticks(Math.min(0.99, ...points.map(({ similarity }) => similarity)), 1);
  const [left, right] = [MARGIN.left, width - MARGIN.right];
  const [top, bottom] = [MARGIN.top, height - MARGIN.bottom];
  const x = scale(xs, left, right);
  const y = scale(ys, bottom, top);
  const front = paretoFront(points);
  return {
    width,
    height,
    lines: [
      ...xs.map(
        (tick): Line => ({
          role: 'grid',
          points: [
            [x(tick), top],
            [x(tick), bottom],
          ],
        }),
      ),
      ...ys.map(
        (tick): Line => ({
          role: 'grid',
          points: [
            [left, y(tick)],
            [right, y(tick)],
          ],
        }),
      ),
      { role: 'front', points: front.map((point) => [x(point.latency), y(point.similarity)] as const) },
    ],
    words: [
      ...xs.map((tick): Words => word('tick', String(tick), x(tick), bottom + 18, 'middle')),
      ...ys.map((tick): Words => word('tick', String(tick), left - 8, y(tick) + 4, 'end')),
      word('title', 'Latency on this device, ms', right, height - 8, 'end'),
      word('title', 'SSIM to the full budget', 4, 16, 'start'),
    ],
    dots: points.map((point) => ({
      point,
      x: x(point.latency),
      y: y(point.similarity),
      isOnFront: front.includes(point),
    })),
  };
}

function word(role: Role, text: string, x: number, y: number, anchor: Words['anchor']): Words {
  return { role, text, x, y, anchor };
}

function scale(range: readonly number[], from: number, to: number): (value: number) => number {
  const [low, high] = [range[0] ?? 0, range.at(-1) ?? 1];
  return (value) => from + ((value - low) / (high - low)) * (to - from);
}
