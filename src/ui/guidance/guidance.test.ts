import { describe, expect, it } from 'vitest';
import { checkGuidance } from '../../sampling/guidance.ts';
import { solve } from '../../sampling/solvers.ts';
import {
  type Guidance,
  guidanceCost,
  guidanceWords,
  KINDS,
  sameGuidance,
  wholeGuidance,
  withKind,
} from './guidance.ts';

const cfg: Guidance = { kind: 'cfg', scale: 2.5, budget: 1, interval: [0, 1] };
const ccfg: Guidance = { ...cfg, kind: 'ccfg', budget: 2 };
const none: Guidance = { ...cfg, kind: 'none' };
/** Budgets 1 to 4. */
const flopShare = [0.4, 0.6, 0.8, 1];

describe('a scale alone', () => {
  it('is CFG over the whole run, as the generator takes it', () => {
    expect(wholeGuidance(2.5)).toEqual(cfg);
    expect(wholeGuidance(ccfg)).toBe(ccfg);
    expect(() => checkGuidance(wholeGuidance(2.5), 16)).not.toThrow();
  });
});

describe('the kinds on offer', () => {
  it('are taken by the generator', () => {
    for (const kind of Object.keys(KINDS)) {
      expect(() => checkGuidance({ ...cfg, kind: kind as Guidance['kind'] }, 16)).not.toThrow();
    }
  });
});

describe('another kind', () => {
  it('keeps the numbers for when it is changed back', () => {
    expect(withKind(ccfg, 'none', 16)).toEqual({ ...ccfg, kind: 'none' });
  });

  it('drops what no run could use and no field would show, and leaves what a field still shows', () => {
    const wrong: Guidance = { kind: 'ccfg', scale: Number.NaN, budget: 17, interval: [0.9, 0.1] };
    expect(withKind(wrong, 'none', 16)).toEqual({ ...wholeGuidance(1), kind: 'none' });
    expect(withKind(wrong, 'cfg', 16)).toEqual({ ...wrong, kind: 'cfg', budget: 1 });
    expect(withKind(wrong, 'autoguidance', 16)).toEqual({ ...wrong, kind: 'autoguidance' });
    expect(() => checkGuidance(withKind(wrong, 'none', 16), 16)).not.toThrow();
  });
});

describe('the same guidance', () => {
  it('is what draws the same picture', () => {
    expect(sameGuidance(cfg, { ...cfg, budget: 9 })).toBe(true); // CFG has no budget of its own
    expect(sameGuidance(none, { ...cfg, scale: 1 })).toBe(true);
    expect(sameGuidance(none, { ...none, scale: 7 })).toBe(true);
  });

  it.each([
    ['kind', { ...cfg, kind: 'ccfg' }],
    ['scale', { ...cfg, scale: 2 }],
    ['lower end', { ...cfg, interval: [0.1, 1] }],
    ['upper end', { ...cfg, interval: [0, 0.9] }],
    ['none at all', none],
    ['a scale that is no number', { ...cfg, scale: Number.NaN }],
  ] as const)('is not one with another %s', (_, other) => {
    expect(sameGuidance(cfg, other)).toBe(false);
  });

  it('tells budgets of the guiding call apart, and takes no missing number for “off”', () => {
    expect(sameGuidance(ccfg, { ...ccfg, budget: 3 })).toBe(false);
    expect(sameGuidance(none, { ...cfg, scale: Number.NaN })).toBe(false);
  });
});

describe('the words of a caption', () => {
  it('name kind, scale, budget and interval where they were used', () => {
    expect([none, { ...ccfg, scale: 1 }].map(guidanceWords)).toEqual(['no guidance', 'no guidance']);
    expect(guidanceWords(cfg)).toBe('guidance 2.5');
    expect(guidanceWords({ ...ccfg, interval: [0.2, 0.8] })).toBe('CCFG 2.5 at budget 2, t 0.2 to 0.8');
    expect(guidanceWords({ ...ccfg, kind: 'autoguidance' })).toBe('autoguidance 2.5 at budget 2');
  });
});

describe('the cost beside plain CFG at the full budget', () => {
  const cost = (guidance: Guidance, budget = 4, steps = 20) => guidanceCost(guidance, { budget, steps }, flopShare);

  it('is one for that, and half for one call a step', () => {
    expect(cost(cfg)).toBe(1);
    expect(cost(none)).toBe(0.5);
    expect(cost({ ...cfg, scale: 1 })).toBe(0.5);
  });

  it('adds the two calls, each at its own budget', () => {
    expect(cost(ccfg)).toBeCloseTo((1 + 0.6) / 2);
    expect(cost({ ...ccfg, kind: 'autoguidance' }, 1)).toBeCloseTo((0.4 + 0.6) / 2);
    expect(cost(cfg, 1)).toBeCloseTo(0.4);
  });

  it.each([
    [0.25, 0.75],
    [0.3, 1],
    [0, 0.04],
  ])('counts the steps guided from %f to %f as the solver makes them', (low, high) => {
    const stages = solve('euler', 20);
    const guided = stages.filter(({ t }) => low <= t && t <= high).length;
    expect(cost({ ...cfg, interval: [low, high] })).toBeCloseTo((1 + guided / stages.length) / 2);
  });

  it('is unknown where a budget or the steps are none', () => {
    expect([cost(cfg, 5), cost({ ...ccfg, budget: 0 }), cost(ccfg, 4, Number.NaN), cost(ccfg, 4, 1e12)]).toEqual([
      null,
      null,
      null,
      null,
    ]);
  });
});
