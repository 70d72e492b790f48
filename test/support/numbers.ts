import { toFloat32 } from '../../src/model/dtype.ts';
import { gaussianNoise } from '../../src/sampling/noise.ts';
import { type Matrix, matrix } from '../reference/ops.ts';

/** Standard normal float32 numbers, the same in every run; `spread` times as wide. */
export function normals(seed: number, rows: number, cols: number, spread = 1): Matrix {
  return matrix(
    gaussianNoise(seed, rows * cols).map((value) => value * spread),
    cols,
  );
}

/** Numbers in a file's precision: as stored, and what is stored as float32. */
export interface Stored {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly values: Float32Array;
}

const ENCODERS = {
  F32: (values: Float32Array) => values,
  F16: (values: Float32Array) => Uint16Array.from(values, halfBits),
  BF16: (values: Float32Array) => Uint16Array.from(values, (value) => (floatBits(value) + 0x8000) >>> 16),
};

/** Rounds to a precision that weights are stored in; beyond its range is not asked for here. */
export function stored(dtype: keyof typeof ENCODERS, values: ArrayLike<number>): Stored {
  const bytes = new Uint8Array(ENCODERS[dtype](Float32Array.from(values)).buffer as ArrayBuffer);
  return { bytes, values: toFloat32(dtype, bytes) };
}

/** float16: 10 bits behind the leading one, which is left out from 2⁻¹⁴ up. */
function halfBits(value: number): number {
  const bits = floatBits(value);
  const exponent = Math.max(((bits >>> 23) & 0xff) - 127, -14);
  return ((bits >>> 16) & 0x8000) | (((exponent + 14) << 10) + Math.round(Math.abs(value) / 2 ** (exponent - 10)));
}

function floatBits(value: number): number {
  return new Uint32Array(Float32Array.of(value).buffer)[0]!;
}
