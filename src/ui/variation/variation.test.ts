import { describe, expect, it } from 'vitest';
import { readVariation, sameVariation, startWords, writeVariation } from './variation.ts';

const variation = { seed: 4_294_967_295, amount: 0.35 };

describe('a variation in an address', () => {
  it('is read as it was written, and goes with the variation', () => {
    const query = new URLSearchParams('seed=7');
    writeVariation(query, variation);
    expect(query.get('variation')).toBe('4294967295,0.35');
    expect(readVariation(query)).toEqual(variation);
    writeVariation(query, undefined);
    expect(query.toString()).toBe('seed=7');
    expect(readVariation(query)).toBeUndefined();
  });

  it('has NaN where there is no number, for the generator to refuse', () => {
    for (const text of ['', 'x', '1', '1,', ',0.5', '1,x', '1,0.5,2']) {
      const read = readVariation(new URLSearchParams({ variation: text }));
      expect(Number.isNaN(read!.seed) || Number.isNaN(read!.amount), text).toBe(true);
    }
  });
});

describe('a variation', () => {
  it('is the same by seed and amount', () => {
    expect(sameVariation(variation, { ...variation })).toBe(true);
    expect(sameVariation(undefined, undefined)).toBe(true);
    expect(sameVariation(variation, undefined)).toBe(false);
    expect(sameVariation(variation, { ...variation, amount: 0.36 })).toBe(false);
  });

  it('is told behind the seed', () => {
    expect(startWords(7, { seed: 11, amount: 0.35 })).toBe('seed 7, 35 % towards 11');
    expect(startWords(7, undefined)).toBe('seed 7');
    expect(startWords(null, undefined)).toBe('own noise');
  });
});
