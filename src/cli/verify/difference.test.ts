import { describe, expect, it } from 'vitest';
import { compare } from './difference.ts';

describe('compare', () => {
  it('measures the largest error, its place, and both shares', () => {
    const result = compare([1, 2, 3.5, -4], [1, 2, 3, -4]);
    expect(result).toMatchObject({ ok: false, maxError: 0.5, meanError: 0.125, relMax: 0.125, worst: 2 });
    expect(result).toMatchObject({ expected: 3, got: 3.5 });
    expect(result.relL2).toBeCloseTo(0.5 / Math.sqrt(30), 15);
  });

  it('holds both bounds', () => {
    const expected = new Float32Array(1000).fill(1);
    const spike = expected.with(7, 1 + 5e-4);
    expect(compare(spike, expected, { max: 1e-4, l2: 1 }).ok).toBe(false);
    expect(compare(spike, expected, { max: 1e-3, l2: 1e-6 }).ok).toBe(false);
    expect(compare(spike, expected, { max: 1e-3, l2: 1e-4 }).ok).toBe(true);
  });

  it('takes equal zeros as equal and anything beside zeros as off', () => {
    expect(compare([0, 0], [0, 0])).toMatchObject({ ok: true, relMax: 0, relL2: 0 });
    expect(compare([0, 1e-30], [0, 0]).ok).toBe(false);
  });

  it.each([
    ['computed', [1, Number.NaN], [1, 1]],
    ['recorded', [1, 1], [1, Number.NaN]],
    ['an infinite one', [1, Number.POSITIVE_INFINITY], [1, 1]],
  ])('never accepts NaN or infinity: %s', (_, actual, expected) => {
    expect(compare(actual, expected)).toMatchObject({ ok: false, worst: 1 });
  });

  it('refuses different lengths and nothing at all', () => {
    expect(() => compare([1], [1, 2])).toThrow('1 numbers, but 2');
    expect(() => compare([], [])).toThrow('nothing to compare');
  });
});
