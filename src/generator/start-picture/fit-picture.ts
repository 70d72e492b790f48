import type { Pixels } from '../types.ts';

/** A place along one axis that takes from `weights.length` pixels, `first` and those after it. */
interface Taps {
  readonly first: number;
  /** Each is the share of a pixel of the result that this pixel covers; 1 in sum, less at a margin. */
  readonly weights: readonly number[];
}

/**
 * A picture as an encoder takes it: fitted into width × height with its shape kept, in the middle, transparent at the
 * sides that are left; each pixel the average of what it covers.
 * @returns planes [4·height·width], red, green, blue, alpha: premultiplied, 0 .. 1
 */
export function fitPicture(picture: Pixels, width: number, height: number): Float32Array<ArrayBuffer> {
  const scale = Math.max(picture.width / width, picture.height / height);
  const columns = tapsOf(picture.width, width, scale);
  const rows = tapsOf(picture.height, height, scale);
  const planes = new Float32Array(4 * width * height);
  rows.forEach((row, y) => {
    columns.forEach((column, x) => {
      const pixel = average(picture, row, column);
      for (let channel = 0; channel < 4; channel++) planes[(channel * height + y) * width + x] = pixel[channel]!;
    });
  });
  return planes;
}

/** @param scale pixels of the picture for one of the result */
function tapsOf(from: number, to: number, scale: number): Taps[] {
  const margin = (to * scale - from) / 2;
  return Array.from({ length: to }, (_, place) => {
    const start = Math.max(0, place * scale - margin);
    const end = Math.min(from, (place + 1) * scale - margin);
    const first = Math.floor(start);
    const count = Math.max(0, Math.ceil(end) - first);
    const weights = Array.from({ length: count }, (_, i) => {
      const covered = Math.min(end, first + i + 1) - Math.max(start, first + i);
      return Math.max(0, covered) / scale;
    });
    return { first, weights };
  });
}

function average({ width, data }: Pixels, row: Taps, column: Taps): [number, number, number, number] {
  const sum: [number, number, number, number] = [0, 0, 0, 0];
  row.weights.forEach((down, i) => {
    column.weights.forEach((across, j) => {
      const at = 4 * ((row.first + i) * width + column.first + j);
      const alpha = (down * across * data[at + 3]!) / 255;
      for (let channel = 0; channel < 3; channel++) sum[channel]! += (alpha * data[at + channel]!) / 255;
      sum[3] += alpha;
    });
  });
  return sum;
}
