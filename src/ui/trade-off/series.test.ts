import { describe, expect, it } from 'vitest';
import type { GeneratedImage, ModelInfo, Settings } from '../../generator/types.ts';
import type { Draft } from '../store/studio-state.ts';
import { furtherStrip, kindOf, kindsToDraw, stripOf } from './series.ts';
import { newStrip, type Strip } from './strip.ts';

const guidance = { kind: 'cfg', scale: 2.5, budget: 1, interval: [0, 1] } as const;
const draft: Draft = { subject: 'cat', style: 'noto', seed: 7, steps: 20, budget: 2, guidance, noise: null };
const info: Pick<ModelInfo, 'maxBudget' | 'defaults'> = {
  maxBudget: 4,
  defaults: { guidance: { ...guidance, scale: 3 } } as Partial<Settings> as Settings,
};
const reference = {} as GeneratedImage;
const first: Strip = { ...newStrip('budget', draft, info), reference, state: 'done' };

describe('a further strip', () => {
  it('differs from the first in its kind of guidance, and is compared with the same picture', () => {
    const strip = furtherStrip(first, 'ccfg', info);
    expect(strip.draft).toEqual({ ...draft, guidance: { ...guidance, kind: 'ccfg' } });
    expect(strip.reference).toBe(reference);
    expect(strip.points.map(({ value }) => value)).toEqual([1, 2, 3, 4]);
  });

  it('takes the scale of the model where the first one has none that guides', () => {
    const off: Strip = { ...first, draft: { ...draft, guidance: 1 } };
    expect(kindOf(off)).toBe('none');
    expect(furtherStrip(off, 'autoguidance', info).draft.guidance).toMatchObject({ kind: 'autoguidance', scale: 3 });
    const never = { ...info, defaults: { guidance: { ...guidance, scale: 1 } } as Partial<Settings> as Settings };
    expect(furtherStrip(off, 'cfg', never).draft.guidance).toMatchObject({ kind: 'cfg', scale: 2 });
  });

  it('is offered for every kind that is not there or was stopped', () => {
    const ccfg = furtherStrip(first, 'ccfg', info);
    expect(kindsToDraw([first])).toEqual(['none', 'ccfg', 'autoguidance']);
    expect(kindsToDraw([first, { ...ccfg, state: 'done' }])).toEqual(['none', 'autoguidance']);
    expect(kindsToDraw([first, { ...ccfg, state: 'stopped' }])).toEqual(['none', 'ccfg', 'autoguidance']);
  });

  it('is the one that the settings belong to', () => {
    const ccfg = furtherStrip(first, 'ccfg', info);
    expect(stripOf([first, ccfg], { ...draft, budget: 4 })).toBe(first);
    expect(stripOf([first, ccfg], { ...ccfg.draft, budget: 1 })).toBe(ccfg);
    expect(stripOf([first, ccfg], { ...draft, seed: 8 })).toBeNull();
    expect(stripOf([first], null)).toBeNull();
  });
});
