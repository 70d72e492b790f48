import { describe, expect, it } from 'vitest';
import { median, pairedRatios, spread } from './statistics.ts';

describe('median', () => {
  it.each([
    [[3], 3],
    [[5, 1, 9], 5],
    [[10, 2, 4, 8], 6],
  ])('of %j is %d', (values, middle) => expect(median(values)).toBe(middle));

  it('leaves its values in their order, and refuses none', () => {
    const values = [3, 1, 2];
    median(values);
    expect(values).toEqual([3, 1, 2]);
    expect(() => median([])).toThrow(RangeError);
  });
});

describe('spread', () => {
  it('has the middle and the extremes', () => expect(spread([4, 1, 2])).toEqual({ median: 2, low: 1, high: 4 }));
});

describe('pairedRatios', () => {
  it('cancels what slowed both of a pair', () => {
    expect(pairedRatios([20, 200, 30], [10, 100, 10])).toEqual({ median: 2, low: 2, high: 3 });
  });

  it('refuses what is not in pairs', () => expect(() => pairedRatios([1], [1, 2])).toThrow(RangeError));
});
