import type { Pixels } from '../../generator/types.ts';

/** The Gaussian window of Wang et al. 2004: 11 × 11, σ = 1.5. */
const WINDOW = 11;
const SIGMA = 1.5;
/** C1 = (0.01·L)², C2 = (0.03·L)² for values of range L = 1. */
const C1 = 0.01 ** 2;
const C2 = 0.03 ** 2;
const CHANNELS = 4;

/**
 * Structural similarity of two pictures of one size, on premultiplied RGBA: the mean over the four channels and over
 * every whole window (Wang, Bovik, Sheikh, Simoncelli 2004, eq. 13). 1 for equal pictures. Colours under full
 * transparency do not count.
 *
 * @throws RangeError when the sizes differ or are below 11 × 11
 */
export function ssim(a: Pixels, b: Pixels): number {
  const { width, height } = a;
  if (b.width !== width || b.height !== height) throw new RangeError('pictures of two sizes');
  if (Math.min(width, height) < WINDOW) throw new RangeError(`a side below ${WINDOW}`);
  let sum = 0;
  for (let channel = 0; channel < CHANNELS; channel++) {
    sum += similarity(premultiplied(a, channel), premultiplied(b, channel), width, height);
  }
  return sum / CHANNELS;
}

/** One channel [H·W] of straight RGBA8, premultiplied, 0..1. */
function premultiplied({ data }: Pixels, channel: number): Float64Array {
  const values = new Float64Array(data.length / CHANNELS);
  for (let i = 0; i < values.length; i++) {
    const alpha = data[CHANNELS * i + 3]! / 255;
    values[i] = channel === 3 ? alpha : (data[CHANNELS * i + channel]! / 255) * alpha;
  }
  return values;
}

function similarity(x: Float64Array, y: Float64Array, width: number, height: number): number {
  const mean = (values: Float64Array) => blur(values, width, height);
  const product = (p: Float64Array, q: Float64Array) => mean(p.map((value, i) => value * q[i]!));
  const [mx, my, xx, yy, xy] = [mean(x), mean(y), product(x, x), product(y, y), product(x, y)];
  let sum = 0;
  for (let i = 0; i < mx.length; i++) {
    const [u, v] = [mx[i]!, my[i]!];
    const luminance = (2 * u * v + C1) / (u * u + v * v + C1);
    const structure = (2 * (xy[i]! - u * v) + C2) / (xx[i]! - u * u + yy[i]! - v * v + C2);
    sum += luminance * structure;
  }
  return sum / mx.length;
}

/** Means under the window at every place where it fits whole: [H-10, W-10]. */
function blur(values: Float64Array, width: number, height: number): Float64Array {
  const [w, h] = [width - WINDOW + 1, height - WINDOW + 1];
  const rows = new Float64Array(height * w);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < w; x++) {
      let sum = 0;
      for (let k = 0; k < WINDOW; k++) sum += KERNEL[k]! * values[y * width + x + k]!;
      rows[y * w + x] = sum;
    }
  }
  const result = new Float64Array(h * w);
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      let sum = 0;
      for (let k = 0; k < WINDOW; k++) sum += KERNEL[k]! * rows[(y + k) * w + x]!;
      result[y * w + x] = sum;
    }
  }
  return result;
}

const KERNEL = gaussian();

function gaussian(): readonly number[] {
  const weights = Array.from({ length: WINDOW }, (_, i) => Math.exp(-((i - (WINDOW - 1) / 2) ** 2) / (2 * SIGMA ** 2)));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}
