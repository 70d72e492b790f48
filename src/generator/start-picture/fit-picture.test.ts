import { describe, expect, it } from 'vitest';
import { fingerprint } from './fingerprint.ts';
import { fitPicture } from './fit-picture.ts';

const picture = (width: number, height: number, ...bytes: number[]) => ({
  width,
  height,
  data: Uint8ClampedArray.from(bytes),
});
const WHITE = [255, 255, 255, 255];
const RED = [255, 0, 0, 255];
const NOTHING = [0, 255, 0, 0];

describe('fitPicture', () => {
  it('premultiplies, plane by plane', () => {
    const planes = fitPicture(picture(2, 1, ...[255, 0, 51, 51], ...WHITE), 2, 1);
    const expected = [0.2, 1, 0, 1, 0.04, 1, 0.2, 1];
    for (const [i, value] of planes.entries()) expect(value).toBeCloseTo(expected[i]!, 6);
  });

  it('averages what a pixel covers, without the colour of what is transparent', () => {
    const planes = fitPicture(picture(2, 2, ...RED, ...RED, ...NOTHING, ...WHITE), 1, 1);
    const expected = [0.75, 0.25, 0.25, 0.75];
    for (const [i, value] of planes.entries()) expect(value).toBeCloseTo(expected[i]!, 6);
  });

  it('keeps the shape, in the middle of transparent margins', () => {
    const wide = fitPicture(picture(4, 2, ...Array(8).fill(WHITE).flat()), 4, 4);
    expect(Array.from(wide.subarray(48))).toEqual([...[0, 0, 0, 0], ...[1, 1, 1, 1], ...[1, 1, 1, 1], ...[0, 0, 0, 0]]);
    const high = fitPicture(picture(1, 3, ...WHITE, ...RED, ...WHITE), 3, 3);
    expect(Array.from(high.subarray(9, 18))).toEqual([...[0, 1, 0], ...[0, 0, 0], ...[0, 1, 0]]); // green
  });

  it('enlarges a small picture, and keeps one of the right size as it is', () => {
    expect(Array.from(fitPicture(picture(1, 1, ...RED), 2, 2))).toEqual([
      1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1,
    ]);
    const bytes = Array.from({ length: 16 }, (_, i) => (i % 4 === 3 ? 255 : 15 * i));
    const planes = fitPicture(picture(2, 2, ...bytes), 2, 2);
    for (let i = 0; i < 4; i++) expect(planes[i]! * 255).toBeCloseTo(bytes[4 * i]!, 4);
  });

  it('covers odd ratios whole: an opaque picture stays opaque', () => {
    const { data, ...size } = picture(7, 5, ...Array(35).fill(WHITE).flat());
    const planes = fitPicture({ ...size, data }, 3, 3);
    const alpha = planes.subarray(27);
    expect(alpha[4]).toBeCloseTo(1, 6);
    expect(alpha.reduce((sum, value) => sum + value, 0)).toBeCloseTo(35 / (7 / 3) ** 2, 5); // the area of 7 × 5
  });
});

it('a fingerprint tells pictures apart, also by their shape', () => {
  const prints = [picture(2, 1, ...RED, ...WHITE), picture(1, 2, ...RED, ...WHITE), picture(2, 1, ...WHITE, ...RED)];
  expect(new Set(prints.map(fingerprint)).size).toBe(3);
  expect(fingerprint(prints[0]!)).toMatch(/^[0-9a-f]{8}$/);
  expect(fingerprint(prints[0]!)).toBe(fingerprint(picture(2, 1, ...RED, ...WHITE)));
});
