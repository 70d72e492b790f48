import { expect, it } from 'vitest';
import { growth, median } from './trend.ts';

it('is 0 for noise, and for one value that stands out', () => {
  expect(growth([5, 7, 5, 6, 5, 7, 5, 6, 5])).toBe(0);
  expect(growth([5, 5, 5, 5, 900, 5, 5, 900, 5])).toBe(0);
});

it('is what a leak adds', () => {
  expect(growth([0, 10, 20, 30, 40, 50, 60, 70, 80])).toBe(60);
});

it('needs six values', () => {
  expect(() => growth([1, 2, 3, 4, 5])).toThrow(RangeError);
  expect(median([4, 1, 2, 3])).toBe(2.5);
});
