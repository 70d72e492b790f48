/** What the kernels compute, in plain double precision: what a driver's results are held to. */

/** A matrix of float32 values, row after row. */
export interface Rows {
  readonly values: Float32Array;
  readonly columns: number;
}

export function row({ values, columns }: Rows, index: number): Float32Array {
  return values.subarray(index * columns, (index + 1) * columns);
}

export function dot(x: ArrayLike<number>, y: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i]! * y[i]!;
  return sum;
}

/** LayerNorm(x)·(1 + scale) + shift, with the network's epsilon of 1e-6. */
export function normalized(x: Float32Array, shift: Float32Array, scale: Float32Array): Float64Array {
  const mean = dot(x, new Float32Array(x.length).fill(1)) / x.length;
  const centred = Float64Array.from(x, (value) => value - mean);
  const deviation = Math.sqrt(dot(centred, centred) / x.length + 1e-6);
  return centred.map((value, i) => (value / deviation) * (1 + scale[i]!) + shift[i]!);
}

/** x/(rms(x) + 1e-5)·scale over the full width. */
export function rmsNormalized(x: Float32Array, scale: Float32Array): Float64Array {
  const root = Math.sqrt(dot(x, x) / x.length) + 1e-5;
  return Float64Array.from(x, (value, i) => (value / root) * scale[i]!);
}

export const silu = (x: number): number => x / (1 + Math.exp(-x));

/** GELU in its tanh form. */
export const gelu = (x: number): number => (x / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));

/** softmax(q·kᵀ/√d) of one query and its keys. */
export function attentionWeights(query: ArrayLike<number>, keys: readonly ArrayLike<number>[]): number[] {
  const logits = keys.map((key) => dot(query, key) / Math.sqrt(query.length));
  const largest = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - largest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}
