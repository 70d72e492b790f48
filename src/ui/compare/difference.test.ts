import { describe, expect, it } from 'vitest';
import { difference } from './difference.ts';

const pixel = (...rgba: number[]) => ({ width: 1, height: 1, data: new Uint8ClampedArray(rgba) });

describe('the difference of two pictures', () => {
  it('is black where they are equal', () => {
    expect([...difference(pixel(9, 8, 7, 100), pixel(9, 8, 7, 100)).data]).toEqual([0, 0, 0, 255]);
  });

  it('shows colours four times as far apart', () => {
    expect([...difference(pixel(10, 20, 30, 255), pixel(13, 20, 20, 255)).data]).toEqual([12, 0, 40, 255]);
  });

  it('shows where only one of them is transparent, and no colours under full transparency', () => {
    expect([...difference(pixel(0, 0, 0, 20), pixel(0, 0, 0, 0)).data]).toEqual([80, 80, 80, 255]);
    expect([...difference(pixel(255, 0, 0, 0), pixel(0, 0, 255, 0)).data]).toEqual([0, 0, 0, 255]);
  });
});
