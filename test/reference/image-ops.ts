/**
 * The operations of the image decoder in double precision, one after another as the formulas say: the oracle for its
 * kernels. Planes lie one behind the other, as in ONNX, not as the kernels hold them.
 */

export interface Planes {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  /** [channels, height, width] */
  readonly data: Float64Array;
}

export function planes(channels: number, height: number, width: number, source?: ArrayLike<number>): Planes {
  const data = new Float64Array(channels * height * width);
  if (source !== undefined) data.set(source);
  return { channels, height, width, data };
}

/** Convolution with a kernel [outputs, inputs, size, size] of odd size, stride 1, zeros around the picture. */
export function convolution(x: Planes, weight: ArrayLike<number>, bias: ArrayLike<number>): Planes {
  const outputs = bias.length;
  const area = weight.length / (outputs * x.channels);
  const size = Math.sqrt(area);
  const reach = (size - 1) / 2;
  return fill(planes(outputs, x.height, x.width), (o, row, column) => {
    let sum = bias[o]!;
    for (let i = 0; i < x.channels; i++) {
      for (let tap = 0; tap < area; tap++) {
        const value = at(x, i, row + Math.floor(tap / size) - reach, column + (tap % size) - reach);
        sum += value * weight[(o * x.channels + i) * area + tap]!;
      }
    }
    return sum;
  });
}

/** (x - mean)/√(variance + ε)·γ + β; mean and biased variance of a group of neighbouring channels. */
export function groupNorm(x: Planes, { groups, epsilon, gamma, beta }: GroupNormSettings): Planes {
  const size = x.data.length / groups;
  const stats = Array.from({ length: groups }, (_, group) => {
    const values = x.data.subarray(group * size, (group + 1) * size);
    const mean = values.reduce((sum, value) => sum + value, 0) / size;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / size;
    return { mean, deviation: Math.sqrt(variance + epsilon) };
  });
  return fill(planes(x.channels, x.height, x.width), (c, row, column) => {
    const { mean, deviation } = stats[Math.floor((c * groups) / x.channels)]!;
    return ((at(x, c, row, column) - mean) / deviation) * gamma[c]! + beta[c]!;
  });
}

export interface GroupNormSettings {
  readonly groups: number;
  readonly epsilon: number;
  /** [channels] */
  readonly gamma: ArrayLike<number>;
  readonly beta: ArrayLike<number>;
}

/** x/(1 + e⁻ˣ). */
export function silu(x: Planes): Planes {
  return { ...x, data: x.data.map((value) => value / (1 + Math.exp(-value))) };
}

/** x·scale + shift, by channel. */
export function affine(x: Planes, scale: ArrayLike<number>, shift: ArrayLike<number>): Planes {
  return fill(planes(x.channels, x.height, x.width), (c, row, column) => {
    return at(x, c, row, column) * scale[c]! + shift[c]!;
  });
}

/** x + y. */
export function add(x: Planes, y: Planes): Planes {
  return { ...x, data: x.data.map((value, i) => value + y.data[i]!) };
}

/** Channels to pixels: out[c, y·b + i, x·b + j] = in[(c·b + i)·b + j, y, x]. */
export function pixelShuffle(x: Planes, block: number): Planes {
  const out = planes(x.channels / block ** 2, x.height * block, x.width * block);
  return fill(out, (c, row, column) => {
    const channel = (c * block + (row % block)) * block + (column % block);
    return at(x, channel, Math.floor(row / block), Math.floor(column / block));
  });
}

/** Premultiplied RGBA in 0..1 to bytes with straight alpha, a pixel's four together; halves round up. */
export function straightBytes(x: Planes): Uint8ClampedArray {
  const size = x.height * x.width;
  const plane = (channel: number, i: number) => Math.min(Math.max(x.data[channel * size + i]!, 0), 1);
  const byte = (value: number) => Math.floor(value * 255 + 0.5);
  return Uint8ClampedArray.from({ length: 4 * size }, (_, n) => {
    const [i, channel] = [Math.floor(n / 4), n % 4];
    const alpha = plane(3, i);
    if (byte(alpha) === 0) return 0;
    return channel === 3 ? byte(alpha) : byte(Math.min(plane(channel, i), alpha) / alpha);
  });
}

/** 0 outside the picture. */
function at({ height, width, data }: Planes, channel: number, row: number, column: number): number {
  const inside = row >= 0 && row < height && column >= 0 && column < width;
  return inside ? data[(channel * height + row) * width + column]! : 0;
}

function fill(out: Planes, value: (channel: number, row: number, column: number) => number): Planes {
  const data = out.data.map((_, i) => {
    const pixel = i % (out.height * out.width);
    const channel = Math.floor(i / (out.height * out.width));
    return value(channel, Math.floor(pixel / out.width), pixel % out.width);
  });
  return { ...out, data };
}
