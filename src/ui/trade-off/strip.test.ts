import { describe, expect, it } from 'vitest';
import type { GeneratedImage } from '../../generator/types.ts';
import { ssim } from '../distance/ssim.ts';
import type { Draft } from '../store/studio-state.ts';
import { axisValues, isOld, newStrip, nextDraft, type Strip, withImage, withValue } from './strip.ts';

const draft: Draft = { subject: 'cat', style: 'noto', seed: 7, steps: 20, budget: 2, guidance: 2.5, noise: null };
const MODEL = { maxBudget: 4 };

function picture(side: number): GeneratedImage {
  const data = new Uint8ClampedArray(16 * 16 * 4).fill(255);
  data.fill(0, 0, 4 * 16 * side);
  return { width: 16, height: 16, data, timing: { total: 10 } } as Partial<GeneratedImage> as GeneratedImage;
}

/** Compared as the page does it, but here. */
function filled(strip: Strip, asked: Draft, image: GeneratedImage): Strip {
  return withImage(strip, asked, image, ssim(image, strip.reference ?? image));
}

describe('a strip', () => {
  it('takes every budget, the full one first and then down', () => {
    let strip = newStrip('budget', draft, MODEL);
    const order: number[] = [];
    for (let next = nextDraft(strip, 4); next !== null; next = nextDraft(strip, 4)) {
      order.push(next.budget);
      strip = filled(strip, next, picture(next.budget));
    }
    expect(order).toEqual([4, 3, 2, 1]);
    expect(strip.state).toBe('done');
    expect(strip.points.at(-1)?.similarity).toBeCloseTo(1, 10);
    expect(strip.points[0]?.similarity).toBeLessThan(strip.points[2]!.similarity!);
  });

  it('compares along another axis with the full budget too, which is no point of it', () => {
    let strip = newStrip('steps', draft, MODEL);
    const first = nextDraft(strip, 4)!;
    expect(first).toEqual({ ...draft, budget: 4 });
    strip = filled(strip, first, picture(4));
    expect(strip.points.every(({ image }) => image === null)).toBe(true);
    expect(nextDraft(strip, 4)).toEqual({ ...draft, steps: 4 });
  });

  it('has the value that is set among its places, once, and nothing that is no number', () => {
    expect(axisValues('guidance', { ...draft, guidance: 2.2 }, 4)).toEqual([1, 1.5, 2, 2.2, 2.5, 3, 4, 6]);
    expect(axisValues('steps', { ...draft, steps: 8 }, 4)).toEqual([4, 6, 8, 12, 16, 24, 32]);
    expect(axisValues('steps', { ...draft, steps: Number.NaN }, 4)).not.toContain(Number.NaN);
  });

  it('keeps the kind of guidance along its scale, and takes CFG where there was none', () => {
    const ccfg = { kind: 'ccfg', scale: 2, budget: 1, interval: [0, 0.5] } as const;
    expect(withValue('guidance', { ...draft, guidance: ccfg }, 4).guidance).toEqual({ ...ccfg, scale: 4 });
    const none = { ...draft, guidance: { ...ccfg, kind: 'none' } as const };
    expect(withValue('guidance', none, 4).guidance).toMatchObject({ kind: 'cfg', scale: 4 });
    const strip = newStrip('guidance', { ...draft, guidance: ccfg }, MODEL);
    expect(isOld(strip, { ...draft, guidance: { ...ccfg, scale: 6 } })).toBe(false);
    expect(isOld(strip, { ...draft, guidance: { ...ccfg, budget: 2 } })).toBe(true);
  });

  it('is old when another setting than its own has changed', () => {
    const strip = newStrip('budget', draft, MODEL);
    expect(isOld(strip, { ...draft, budget: 4 })).toBe(false);
    for (const patch of [{ seed: 8 }, { steps: 4 }, { guidance: 1 }, { style: 'x' }, { noise: new Float32Array(1) }]) {
      expect(isOld(strip, { ...draft, ...patch })).toBe(true);
    }
  });
});
