import { describe, expect, it } from 'vitest';
import { gaussianNoise } from './noise.ts';
import { slerp } from './slerp.ts';

const COUNT = 1024;
const a = gaussianNoise(7, COUNT);
const b = gaussianNoise(8, COUNT);
const norm = (values: Iterable<number>) => Math.hypot(...values);

/** The same by a turn in the plane of the two: no sine of a share of the angle, and no division by a sine. */
function turned(from: Float32Array, to: Float32Array, t: number): number[] {
  const [normFrom, normTo] = [norm(from), norm(to)];
  const first = Array.from(from, (value) => value / normFrom);
  const second = Array.from(to, (value) => value / normTo);
  const along = first.reduce((sum, value, i) => sum + value * second[i]!, 0);
  const across = second.map((value, i) => value - along * first[i]!);
  const length = norm(across);
  const angle = t * Math.atan2(length, along);
  const size = (1 - t) * normFrom + t * normTo;
  return first.map((value, i) => size * (Math.cos(angle) * value + (Math.sin(angle) * across[i]!) / length));
}

describe('slerp', () => {
  it('is the one noise at 0 and the other at 1, bit for bit, and writes to neither', () => {
    expect(slerp(a, b, 0)).toEqual(a);
    expect(slerp(a, b, 1)).toEqual(b);
    slerp(a, b, 0)[0] = 9;
    expect(a).toEqual(gaussianNoise(7, COUNT));
  });

  it.each([0.001, 0.25, 0.5, 0.9, 0.999])('is the turn by a share of the angle at %d', (t) => {
    const expected = turned(a, b, t);
    const worst = Math.max(...slerp(a, b, t).map((value, i) => Math.abs(value - expected[i]!)));
    expect(worst).toBeLessThan(2e-6);
  });

  it('goes from one norm to the other, and keeps the unit variance that a straight line loses', () => {
    for (const t of [0.1, 0.5, 0.7]) {
      expect(norm(slerp(a, b, t))).toBeCloseTo((1 - t) * norm(a) + t * norm(b), 4);
    }
    const variance = (values: Float32Array) => norm(values) ** 2 / COUNT;
    expect(variance(slerp(a, b, 0.5))).toBeCloseTo(1, 1);
    expect(variance(a.map((value, i) => (value + b[i]!) / 2))).toBeLessThan(0.6);
  });

  it('is the same from the other end', () => {
    const there = slerp(a, b, 0.25);
    const back = slerp(b, a, 0.75);
    expect(Math.max(...there.map((value, i) => Math.abs(value - back[i]!)))).toBeLessThan(1e-6);
  });

  it('between a noise and itself is that noise', () => {
    const middle = slerp(a, a, 0.3);
    expect(Math.max(...middle.map((value, i) => Math.abs(value - a[i]!)))).toBeLessThan(1e-6);
  });

  it('refuses what is no share, and noises that it cannot bring together', () => {
    for (const t of [-0.1, 1.1, Number.NaN]) {
      expect(() => slerp(a, b, t)).toThrow(expect.objectContaining({ code: 'request-invalid' }));
    }
    const opposite = a.map((value) => -value);
    expect(() => slerp(a, opposite, 0.5)).toThrow(expect.objectContaining({ code: 'request-invalid' }));
    expect(() => slerp(a, b.subarray(1), 0.5)).toThrow(RangeError);
  });
});
