import { describe, expect, it } from 'vitest';
import type { Pixels } from '../generator/types.ts';
import { contactSheet, spriteSheet } from './sheet.ts';

function plain(red: number, alpha: number): Pixels {
  const data = new Uint8ClampedArray(4 * 2 * 3);
  for (let i = 0; i < 6; i++) data.set([red, 0, 0, alpha], 4 * i);
  return { width: 2, height: 3, data };
}

function pixel({ width, data }: Pixels, x: number, y: number): number[] {
  return [...data.subarray(4 * (y * width + x), 4 * (y * width + x) + 4)];
}

describe('contactSheet', () => {
  it('lays five pictures out in two rows of three, with gaps of 8', () => {
    const sheet = contactSheet([10, 20, 30, 40, 50].map((red) => plain(red, 255)));
    expect(sheet).toMatchObject({ width: 8 + 3 * 10, height: 8 + 2 * 11 });
    expect(sheet.data).toHaveLength(4 * sheet.width * sheet.height);
    expect(pixel(sheet, 7, 8)).toEqual([255, 255, 255, 255]);
    expect(pixel(sheet, 8, 8)).toEqual([10, 0, 0, 255]);
    expect(pixel(sheet, 29, 10)).toEqual([30, 0, 0, 255]);
    expect(pixel(sheet, 18, 19)).toEqual([50, 0, 0, 255]);
    expect(pixel(sheet, 28, 19)).toEqual([255, 255, 255, 255]);
  });

  it('puts transparent pixels on white', () => {
    expect(pixel(contactSheet([plain(0, 0)]), 8, 8)).toEqual([255, 255, 255, 255]);
    expect(pixel(contactSheet([plain(0, 51)]), 8, 8)).toEqual([204, 204, 204, 255]);
  });
});

describe('spriteSheet', () => {
  it('lays five pictures out in two rows of three, side by side, and keeps their transparency', () => {
    const sheet = spriteSheet([10, 20, 30, 40, 50].map((red) => plain(red, 51)));
    expect(sheet).toMatchObject({ width: 6, height: 6 });
    expect(pixel(sheet, 1, 2)).toEqual([10, 0, 0, 51]);
    expect(pixel(sheet, 2, 0)).toEqual([20, 0, 0, 51]);
    expect(pixel(sheet, 3, 5)).toEqual([50, 0, 0, 51]);
    expect(pixel(sheet, 4, 3)).toEqual([0, 0, 0, 0]);
  });
});
