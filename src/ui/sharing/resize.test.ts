import { describe, expect, it } from 'vitest';
import { resize } from './resize.ts';

const pixels = (width: number, height: number, ...bytes: number[]) => ({
  width,
  height,
  data: Uint8ClampedArray.from(bytes),
});

describe('resize', () => {
  it('leaves a picture of that width as it is', () => {
    const picture = pixels(1, 1, 9, 8, 7, 0);
    expect(resize(picture, 1)).toBe(picture);
  });

  it('blends between the centres of pixels', () => {
    const { data, width, height } = resize(pixels(2, 1, 0, 0, 0, 255, 200, 200, 200, 255), 4);
    expect([width, height]).toEqual([4, 2]);
    expect(Array.from({ length: 4 }, (_, x) => data[4 * x])).toEqual([0, 50, 150, 200]);
  });

  it('keeps the colour of an edge beside transparent pixels of another colour', () => {
    const { data } = resize(pixels(2, 1, 255, 0, 0, 255, 0, 255, 0, 0), 4);
    expect(Array.from(data.subarray(4, 12))).toEqual([255, 0, 0, 191, 255, 0, 0, 64]);
  });

  it('averages when it makes a picture half as wide', () => {
    expect(
      Array.from(
        resize(pixels(2, 2, ...[0, 0, 0, 255], ...[100, 0, 0, 255], ...[0, 0, 0, 255], ...[100, 0, 0, 255]), 1).data,
      ),
    ).toEqual([50, 0, 0, 255]);
  });
});
