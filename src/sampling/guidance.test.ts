import { describe, expect, it } from 'vitest';
import { checkGuidance, GUIDANCE_KINDS, type Guidance, guides, guidingCall } from './guidance.ts';

const cfg: Guidance = { kind: 'cfg', scale: 3, budget: 1, interval: [0.25, 0.75] };
const run = { label: 7, nullLabel: 1000, budget: 8 };

describe('guides', () => {
  it.each([
    [0.24, false],
    [0.25, true],
    [0.5, true],
    [0.75, true],
    [0.76, false],
  ])('at t = %d: %s, ends included', (t, guided) => {
    expect(guides(cfg, t)).toBe(guided);
  });

  it('needs a kind and a scale above 1', () => {
    expect(guides({ ...cfg, scale: 1 }, 0.5)).toBe(false);
    expect(guides({ ...cfg, kind: 'none' }, 0.5)).toBe(false);
    expect(guides({ ...cfg, scale: 1.001 }, 0.5)).toBe(true);
  });
});

describe('guidingCall', () => {
  it.each([
    ['cfg', 1000, 8],
    ['ccfg', 1000, 1],
    ['autoguidance', 7, 1],
  ] as const)('%s asks for class %d at budget %d', (kind, label, budget) => {
    expect(guidingCall({ ...cfg, kind }, run)).toEqual({ label, budget });
  });
});

describe('checkGuidance', () => {
  it.each(GUIDANCE_KINDS)('accepts %s', (kind) => {
    expect(() => checkGuidance({ kind, scale: 2.5, budget: 16, interval: [0, 1] }, 16)).not.toThrow();
  });

  it.each([
    ['kind', { kind: 'toString' as never }],
    ['scale', { scale: Number.NaN }],
    ['scale', { scale: -1 }],
    ['scale', { scale: Number.POSITIVE_INFINITY }],
    ['budget', { budget: 0 }],
    ['budget', { budget: 17 }],
    ['budget', { budget: 1.5 }],
    ['interval', { interval: [0.8, 0.2] as const }],
    ['interval', { interval: [-0.1, 1] as const }],
    ['interval', { interval: [0, 1.1] as const }],
    ['interval', { interval: [0, Number.NaN] as const }],
  ])('refuses a bad %s: %o', (what, changes) => {
    const refused = expect.objectContaining({ code: 'request-invalid', message: expect.stringContaining(what) });
    expect(() => checkGuidance({ ...cfg, ...changes }, 16)).toThrow(refused);
  });
});
