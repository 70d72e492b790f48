import type { WeightType } from '../matmul/matmul.ts';

/** Numbers in [-1, 1) that look random and are the same everywhere. */
export function numbers(seed: number, count: number): Float32Array<ArrayBuffer> {
  let state = seed;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

/** Weights in [-1/8, 1/8] that every stored type holds exactly. */
export function weights(seed: number, count: number): Float32Array<ArrayBuffer> {
  return numbers(seed, count).map((value) => Math.round(8 * value) / 64);
}

/** The bytes of such weights as a checkpoint stores them. */
export function stored(type: WeightType, values: Float32Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const bits = new Uint32Array(values.buffer);
  if (type === 'F32') return new Uint8Array(values.buffer);
  return new Uint8Array(Uint16Array.from(bits, type === 'BF16' ? (word) => word >>> 16 : half).buffer);
}

/** The float16 of a float32 that is zero or a normal float16. */
function half(word: number): number {
  const sign = (word >>> 16) & 0x8000;
  const exponent = (word >>> 23) & 0xff;
  return exponent === 0 ? sign : sign | ((exponent - (127 - 15)) << 10) | ((word >>> 13) & 0x3ff);
}
