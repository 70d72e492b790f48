import { describe, expect, it } from 'vitest';
import { stored } from './numbers.ts';

describe('stored', () => {
  it('keeps what a half can hold, its smallest and its largest numbers too', () => {
    const values = [0, 1, -1, 0.5, 1.5, 65504, -65504, 2 ** -14, 2 ** -24, 3 * 2 ** -24, 1 + 2 ** -10];
    expect([...stored('F16', values).values]).toEqual(values);
  });

  it('rounds to the nearest half, over a power of two as well', () => {
    const { values } = stored('F16', [1 + 2 ** -12, 1 + 3 * 2 ** -12, 2 - 2 ** -12, 0.1]);
    expect([...values]).toEqual([1, 1 + 2 ** -10, 2, 0.0999755859375]);
  });

  it('rounds to the nearest bfloat16', () => {
    const { values } = stored('BF16', [1, -3.5, 1 + 2 ** -9, 1 + 3 * 2 ** -9, 2 - 2 ** -10]);
    expect([...values]).toEqual([1, -3.5, 1, 1 + 2 ** -7, 2]);
  });
});
