import type { Pixels } from '../../generator/types.ts';

/**
 * The same picture, `width` pixels wide and as high as its shape asks for; bilinear, between the centres of pixels.
 * Colours are weighted with their alpha, so that what is transparent does not bleed into the edge. A picture that has
 * the width already comes back byte for byte.
 */
export function resize(pixels: Pixels, width: number): Pixels {
  if (pixels.width === width) return pixels;
  const height = Math.max(1, Math.round((pixels.height * width) / pixels.width));
  const columns = taps(pixels.width, width);
  const rows = taps(pixels.height, height);
  const data = new Uint8ClampedArray(4 * width * height);
  rows.forEach((row, y) => {
    columns.forEach((column, x) => {
      data.set(blend(pixels, row, column), 4 * (y * width + x));
    });
  });
  return { width, height, data };
}

/** Two neighbours of a place, and how much of the second it takes. */
interface Tap {
  readonly low: number;
  readonly high: number;
  readonly share: number;
}

function taps(from: number, to: number): Tap[] {
  return Array.from({ length: to }, (_, i) => {
    const at = Math.min(from - 1, Math.max(0, ((i + 0.5) * from) / to - 0.5));
    const low = Math.floor(at);
    return { low, high: Math.min(from - 1, low + 1), share: at - low };
  });
}

/** Straight alpha in, straight alpha out; premultiplied in between. */
function blend({ width, data }: Pixels, row: Tap, column: Tap): [number, number, number, number] {
  const sum: [number, number, number, number] = [0, 0, 0, 0];
  for (const [y, down] of ends(row)) {
    for (const [x, across] of ends(column)) {
      const at = 4 * (y * width + x);
      const alpha = down * across * data[at + 3]!;
      for (let c = 0; c < 3; c++) sum[c]! += alpha * data[at + c]!;
      sum[3] += alpha;
    }
  }
  const [red, green, blue, alpha] = sum;
  return alpha === 0 ? [0, 0, 0, 0] : [red / alpha, green / alpha, blue / alpha, alpha];
}

function ends({ low, high, share }: Tap): [place: number, weight: number][] {
  return [
    [low, 1 - share],
    [high, share],
  ];
}
