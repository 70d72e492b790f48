import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import vectors from '../../test/fixtures/noise.json' with { type: 'json' };
import { gaussianNoise, normalQuantile } from './noise.ts';
import { philox4x32, type Words4 } from './philox.ts';

describe('the test vectors, shared with Python', () => {
  it.each(vectors.philox4x32_10)('Philox of $counter under $key', ({ counter, key, words }) => {
    const [key0, key1] = key.map(fromHex) as [number, number];
    expect(philox4x32(counter.map(fromHex) as unknown as Words4, key0, key1)).toEqual(words.map(fromHex));
  });

  it('quantiles are the same doubles', () => {
    const bits = vectors.quantiles.map(({ word }) => doubleBits(normalQuantile(fromHex(word))));
    expect(bits).toEqual(vectors.quantiles.map(({ bits }) => bits));
  });

  it.each(vectors.noise)('noise of seed $seed, stream $stream', ({ seed, stream, count, first, sha256 }) => {
    const noise = gaussianNoise(seed, count, stream);
    expect([...noise.subarray(0, first.length)]).toEqual(first);
    expect(createHash('sha256').update(new Uint8Array(noise.buffer)).digest('hex')).toBe(sha256);
  });
});

describe('the distribution', () => {
  const count = 200_000;
  const noise = gaussianNoise(1, count);

  it('has the moments of a standard normal', () => {
    const error = 5 / Math.sqrt(count); // five standard deviations of a mean of unit variance
    expect(Math.abs(moment(noise, 1))).toBeLessThan(error);
    expect(Math.abs(moment(noise, 2) - 1)).toBeLessThan(error * Math.sqrt(2));
    expect(Math.abs(moment(noise, 3))).toBeLessThan(error * Math.sqrt(15));
    expect(Math.abs(moment(noise, 4) - 3)).toBeLessThan(error * Math.sqrt(96));
  });

  it('passes Kolmogorov and Smirnov', () => {
    const sorted = noise.toSorted();
    const distance = sorted.reduce((worst, z, i) => Math.max(worst, Math.abs(normalCdf(z) - (i + 0.5) / count)), 0);
    expect(distance * Math.sqrt(count)).toBeLessThan(1.95); // exceeded by 1 in 1,000 true samples
  });

  it('is exactly odd and rises with the word', () => {
    const words = [0, 1, 0x13333332, 0x13333333, 0x13333334, 0x7ffffffe, 0x7fffffff];
    const values = words.map(normalQuantile);
    expect(values).toEqual(words.map((word) => -normalQuantile(0xffffffff - word)));
    expect(values).toEqual(values.toSorted((a, b) => a - b));
    expect(new Set(values).size).toBe(words.length);
  });

  it.each([
    ['a neighbouring seed', gaussianNoise(2, count)],
    ['a neighbouring stream', gaussianNoise(1, count, 1)],
    ['seed and stream swapped', gaussianNoise(0, count, 1)],
    ['itself, one number on', rotated(noise, 1)],
    ['itself, one block on', rotated(noise, 4)],
  ])('is not correlated with %s', (_, other) => {
    const correlation = noise.reduce((sum, z, i) => sum + z * other[i]!, 0) / count;
    expect(Math.abs(correlation)).toBeLessThan(5 / Math.sqrt(count));
  });
});

describe('gaussianNoise', () => {
  it('gives any number without regard to how many are asked for', () => {
    expect([...gaussianNoise(3, 5)]).toEqual([...gaussianNoise(3, 1000).subarray(0, 5)]);
    expect(gaussianNoise(3, 0)).toHaveLength(0);
  });

  it.each([
    [-1, 4, 0, 'seed'],
    [2 ** 32, 4, 0, 'seed'],
    [0.5, 4, 0, 'seed'],
    [Number.NaN, 4, 0, 'seed'],
    [0, -1, 0, 'amount'],
    [0, 2 ** 40, 0, 'amount'],
    [0, 4, 2 ** 32, 'stream'],
  ])('refuses seed %d, count %d, stream %d', (seed, count, stream, what) => {
    const refused = expect.objectContaining({ code: 'request-invalid', message: expect.stringContaining(what) });
    expect(() => gaussianNoise(seed, count, stream)).toThrow(refused);
  });
});

function fromHex(word: string): number {
  return Number.parseInt(word, 16);
}

function doubleBits(value: number): string {
  return new BigUint64Array(Float64Array.of(value).buffer)[0]!.toString(16).padStart(16, '0');
}

function moment(values: Float32Array, power: number): number {
  return values.reduce((sum, value) => sum + value ** power, 0) / values.length;
}

function rotated(values: Float32Array, by: number): Float32Array {
  return values.map((_, i) => values[(i + by) % values.length]!);
}

/** Abramowitz and Stegun 7.1.26: off by less than 1.5e-7. */
function normalCdf(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const tail = (series * Math.exp(-x * x)) / 2;
  return z < 0 ? tail : 1 - tail;
}
