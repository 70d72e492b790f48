import type { Pixels } from '../../generator/types.ts';

/** Differences are shown this many times larger: what the eye should find is small. */
export const GAIN = 4;

/**
 * How far two pictures of one size are apart, place by place: the absolute difference of their premultiplied RGB on
 * black, or that of alpha where it is larger, `GAIN` times. Black where they are equal.
 */
export function difference(a: Pixels, b: Pixels): Pixels {
  const { width, height } = a;
  const data = new Uint8ClampedArray(a.data.length);
  for (let i = 0; i < data.length; i += 4) {
    const [alphaA, alphaB] = [a.data[i + 3]! / 255, b.data[i + 3]! / 255];
    const alpha = 255 * Math.abs(alphaA - alphaB);
    for (let channel = 0; channel < 3; channel++) {
      const colour = Math.abs(a.data[i + channel]! * alphaA - b.data[i + channel]! * alphaB);
      data[i + channel] = GAIN * Math.max(colour, alpha);
    }
    data[i + 3] = 255;
  }
  return { width, height, data };
}
