import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { GeneratedImage, Metrics } from '../../generator/types.ts';
import { parseManifest } from '../../model/manifest.ts';
import { type GuidanceKind, KINDS, wholeGuidance, withKind } from '../guidance/guidance.ts';
import type { Draft } from '../store/studio-state.ts';
import { plotSeries, qualities, qualityOf, scoredWords } from './plot-data.ts';
import { newStrip, type Strip } from './strip.ts';

const guidance = { kind: 'cfg', scale: 2.5, budget: 1, interval: [0, 1] } as const;
const draft: Draft = { subject: 'cat', style: 'noto', seed: 7, steps: 20, budget: 2, guidance: 2.5, noise: null };

function strip(given: Draft, drawn: readonly number[]): Strip {
  const empty = newStrip('budget', given, { maxBudget: 4 });
  const image = (value: number) => ({ timing: { total: 10 * value } }) as Partial<GeneratedImage> as GeneratedImage;
  const points = empty.points.map((point) =>
    drawn.includes(point.value) ? { ...point, image: image(point.value), similarity: point.value / 4 } : point,
  );
  return { ...empty, points };
}

const ccfg = { ...guidance, kind: 'ccfg' } as const;
const strips = [strip(draft, [1, 2, 4]), strip({ ...draft, guidance: ccfg }, [4])];
const frechet = (value: number) => ({ frechet: { value, low: value - 1, high: value + 2 } });
const metrics: Metrics = {
  samples: 1000,
  runs: [
    { budget: 1, steps: 20, guidance, figures: frechet(30) },
    { budget: 4, steps: 20, guidance, figures: { ...frechet(12), recall: { value: 0.5, low: 0.5, high: 0.5 } } },
    { budget: 3, steps: 20, guidance, figures: frechet(14) },
    { budget: 4, steps: 20, guidance: ccfg, figures: frechet(13) },
    { budget: 2, steps: 40, guidance, figures: frechet(11) },
  ],
};

describe('what is plotted', () => {
  it('is the likeness to the full budget of what is drawn, a series a strip', () => {
    expect(plotSeries(strips, 'ssim', null)).toEqual([
      {
        name: 'CFG',
        points: [
          { value: 1, latency: 10, quality: 0.25 },
          { value: 2, latency: 20, quality: 0.5 },
          { value: 4, latency: 40, quality: 1 },
        ],
      },
      { name: 'CCFG', points: [{ value: 4, latency: 40, quality: 1 }] },
    ]);
  });

  it('is the figure of the model where it was measured at the very settings, and the picture is drawn here', () => {
    expect(plotSeries(strips, 'frechet', metrics).map(({ points }) => points)).toEqual([
      [
        { value: 1, latency: 10, quality: 30, low: 29, high: 32 },
        { value: 4, latency: 40, quality: 12, low: 11, high: 14 },
      ],
      [{ value: 4, latency: 40, quality: 13, low: 12, high: 15 }],
    ]);
    const eight = [strip({ ...draft, steps: 8 }, [1, 4])];
    expect(plotSeries(eight, 'frechet', metrics)[0]!.points).toEqual([]);
  });

  it('is offered as far as the model has it', () => {
    expect(qualities(null)).toEqual(['ssim']);
    expect(qualities(metrics)).toEqual(['ssim', 'frechet', 'recall']);
  });

  it('says of how many pictures, whether less is better, and at which settings', () => {
    expect(qualityOf('frechet', metrics)).toMatchObject({
      title: 'Fréchet distance (less is better), 1,000 pictures',
      isLessBetter: true,
    });
    expect(qualityOf('recall', metrics)).toMatchObject({ title: 'Recall, 1,000 pictures', isLessBetter: false });
    expect(qualityOf('imagenet.kid', metrics)).toMatchObject({
      title: 'Kernel distance, ImageNet (less is better), 1,000 pictures',
      column: 'imagenet_kid',
    });
    expect(scoredWords('frechet', metrics)).toBe(
      '20 steps with guidance 2.5; 20 steps with CCFG 2.5 at budget 1; 40 steps with guidance 2.5',
    );
  });
});

describe("the page's own model", () => {
  it('has a picture beside every figure, on one of the strips that can be drawn', () => {
    const { metrics, defaults } = parseManifest(JSON.parse(readFileSync('public/models/emoji-128/model.json', 'utf8')));
    const { budget, steps, guidance: scale } = defaults;
    const usual: Draft = { ...draft, budget, steps, guidance: scale };
    const sizes = { maxBudget: budget };
    const kinds = (Object.keys(KINDS) as GuidanceKind[]).map((kind) => withKind(wholeGuidance(scale), kind, budget));
    const drawn = [
      ...kinds.map((guidance) => newStrip('budget', { ...usual, guidance }, sizes)),
      newStrip('steps', usual, sizes),
    ].map((empty) => {
      const image = { timing: { total: 1 } } as Partial<GeneratedImage> as GeneratedImage;
      return { ...empty, points: empty.points.map((point) => ({ ...point, image, similarity: 1 })) };
    });
    for (const quality of qualities(metrics).filter((name) => name !== 'ssim')) {
      const points = plotSeries(drawn, quality, metrics).map((series) => series.points.length);
      expect(points).toEqual([1, 5, 1, 1, 5]); // the last budget is the usual steps' place, too
    }
    expect(metrics?.runs).toHaveLength(12);
    expect(qualities(metrics)).toHaveLength(11);
  });
});
