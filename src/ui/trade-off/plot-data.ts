import type { Figure, MetricName, Metrics } from '../../generator/types.ts';
import { guidanceWords, sameGuidance, wholeGuidance } from '../guidance/guidance.ts';
import { type PlotPoint, type PlotSeries, type Quality, SSIM } from '../quality-plot/plot.ts';
import type { Draft } from '../store/studio-state.ts';
import { kindName, kindOf } from './series.ts';
import { type Strip, type StripPoint, withValue } from './strip.ts';

/** What the points are compared by: live, or a figure that the model comes with. */
export type QualityName = 'ssim' | MetricName;

/** The figures in the order they are offered, in words. */
const METRICS: Readonly<Record<MetricName, { readonly name: string; readonly isLessBetter?: true }>> = {
  frechet: { name: 'Fréchet distance', isLessBetter: true },
  kid: { name: 'Kernel distance', isLessBetter: true },
  precision: { name: 'Precision' },
  recall: { name: 'Recall' },
  density: { name: 'Density' },
  coverage: { name: 'Coverage' },
  style_agreement: { name: 'Style agreement' },
  category_agreement: { name: 'Category agreement' },
  'imagenet.frechet': { name: 'Fréchet distance, ImageNet', isLessBetter: true },
  'imagenet.kid': { name: 'Kernel distance, ImageNet', isLessBetter: true },
};

/** What there is to choose from: the live one alone where the model comes with no figures. */
export function qualities(metrics: Metrics | null): QualityName[] {
  const known = (Object.keys(METRICS) as MetricName[]).filter((name) =>
    metrics?.runs.some(({ figures }) => figures[name] !== undefined),
  );
  return ['ssim', ...known];
}

/** In a list to choose from. */
export function qualityWords(name: QualityName): string {
  return name === 'ssim' ? 'SSIM, this seed' : METRICS[name].name;
}

export function qualityOf(name: QualityName, metrics: Metrics | null): Quality {
  if (name === 'ssim') return SSIM;
  const { name: words, isLessBetter = false } = METRICS[name];
  const samples = metrics === null ? '' : `, ${metrics.samples.toLocaleString('en')} pictures`;
  return {
    title: `${words}${isLessBetter ? ' (less is better)' : ''}${samples}`,
    short: words,
    column: name.replace('.', '_'),
    isLessBetter,
  };
}

/** A series a strip, with the points that are drawn and have the figure. */
export function plotSeries(strips: readonly Strip[], quality: QualityName, metrics: Metrics | null): PlotSeries[] {
  return strips.map((strip) => ({
    name: kindName(kindOf(strip)),
    points: strip.points.flatMap((point) => {
      const figure = quality === 'ssim' ? likeness(point) : scored(withDraft(strip, point), quality, metrics);
      return point.image === null || figure === null ? [] : [plotPoint(point.value, point.image.timing.total, figure)];
    }),
  }));
}

/** The settings that a figure was measured at, in words. */
export function scoredWords(quality: QualityName, metrics: Metrics | null): string {
  if (quality === 'ssim' || metrics === null) return '';
  const runs = metrics.runs.filter(({ figures }) => figures[quality] !== undefined);
  const settings = new Set(runs.map(({ steps, guidance }) => `${steps} steps with ${guidanceWords(guidance)}`));
  return [...settings].join('; ');
}

function withDraft({ axis, draft }: Strip, { value }: StripPoint): Draft {
  return withValue(axis, draft, value);
}

function likeness({ similarity }: StripPoint): Figure | null {
  return similarity === null ? null : { value: similarity, low: similarity, high: similarity };
}

/** The model's figure at exactly these settings: at others it would be another. */
function scored({ budget, steps, guidance }: Draft, name: MetricName, metrics: Metrics | null): Figure | null {
  const run = metrics?.runs.find(
    (each) =>
      each.budget === budget &&
      each.steps === steps &&
      sameGuidance(each.guidance, wholeGuidance(guidance)) &&
      each.figures[name] !== undefined,
  );
  return run?.figures[name] ?? null;
}

function plotPoint(value: number, latency: number, { value: quality, low, high }: Figure): PlotPoint {
  return low === high ? { value, latency, quality } : { value, latency, quality, low, high };
}
