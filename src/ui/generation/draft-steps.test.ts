import { describe, expect, it } from 'vitest';
import type { GeneratedImage } from '../../generator/types.ts';
import { draftSteps, paceOf } from './draft-steps.ts';

describe('the pace of a picture', () => {
  const image = (budget: number) =>
    ({ timing: { total: 500, sampling: 400, decoding: 80 }, settings: { budget, steps: 20 } }) as GeneratedImage;

  it('is what a step at the full budget would have taken, and what is no step', () => {
    expect(paceOf(image(2), [0.25, 0.5])).toEqual({ step: 40, rest: 100 });
    expect(paceOf(image(1), [0.25, 0.5])).toEqual({ step: 80, rest: 100 });
  });
});

describe('the steps of a picture while the slider is dragged', () => {
  const pace = (step: number, rest = 20) => ({ step, rest });

  it('are all of them as long as nothing is known, and on a fast device', () => {
    expect(draftSteps(20, 1, [])).toBe(20);
    expect(draftSteps(20, 1, [pace(5)])).toBe(20);
    expect(draftSteps(1000, 1, [pace(0.1)])).toBe(1000);
  });

  it('are those that fit into the time of a live picture', () => {
    expect(draftSteps(20, 1, [pace(10)])).toBe(10);
    expect(draftSteps(20, 1, [pace(5.1)])).toBe(19);
  });

  it('are more at a smaller budget, whose steps are cheaper', () => {
    expect(draftSteps(20, 0.6, [pace(10)])).toBe(16);
  });

  it('are never so few that there is nothing to see, and never more than at rest', () => {
    expect(draftSteps(20, 1, [pace(2000)])).toBe(4);
    expect(draftSteps(20, 1, [pace(10, 500)])).toBe(4);
    expect(draftSteps(2, 1, [pace(2000)])).toBe(2);
  });

  it('follow the last pictures, but not a single slow one', () => {
    expect(draftSteps(20, 1, [pace(10), pace(400), pace(10)])).toBe(10);
    expect(draftSteps(20, 1, [pace(10), pace(20), pace(20)])).toBe(5);
    expect(draftSteps(20, 1, [pace(400), pace(10)])).toBe(10);
  });

  it('stay what they are where they cannot be counted', () => {
    expect(draftSteps(Number.NaN, 1, [pace(10)])).toBeNaN();
  });
});
