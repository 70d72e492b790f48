/**
 * The operations of the network, one after another as the formulas say, in double precision: the oracle that kernels
 * are held to. Nothing here is fast or shared with the engine on purpose.
 */

/** Rows of equal width; rows of one image, or of one group, lie together. */
export interface Matrix {
  readonly rows: number;
  readonly cols: number;
  readonly data: Float64Array;
}

/** A linear layer as stored: weight [out, in], bias [out] or none. */
export interface Linear {
  readonly weight: ArrayLike<number>;
  readonly bias: ArrayLike<number> | null;
}

/** A matrix of given width holding a copy of `source`, or zeros for a number of rows. */
export function matrix(source: ArrayLike<number> | number, cols: number): Matrix {
  const data = typeof source === 'number' ? new Float64Array(source * cols) : Float64Array.from(source);
  return { rows: data.length / cols, cols, data };
}

/** x·Wᵀ + b. Four rows at a time, because the tests spend their time here. */
export function linear(x: Matrix, { weight, bias }: Linear): Matrix {
  const { rows, cols, data } = x;
  const w = weight instanceof Float64Array ? weight : Float64Array.from(weight);
  const out = w.length / cols;
  const y = matrix(rows, out);
  const row = (r: number) => Math.min(r, rows - 1) * cols; // the last rows may be done more than once
  for (let r = 0; r < rows; r += 4) {
    const x0 = row(r);
    const x1 = row(r + 1);
    const x2 = row(r + 2);
    const x3 = row(r + 3);
    for (let o = 0; o < out; o++) {
      const base = o * cols;
      const start = bias === null ? 0 : bias[o]!;
      let s0 = start;
      let s1 = start;
      let s2 = start;
      let s3 = start;
      for (let i = 0; i < cols; i++) {
        const factor = w[base + i]!;
        s0 += data[x0 + i]! * factor;
        s1 += data[x1 + i]! * factor;
        s2 += data[x2 + i]! * factor;
        s3 += data[x3 + i]! * factor;
      }
      y.data[(x0 / cols) * out + o] = s0;
      y.data[(x1 / cols) * out + o] = s1;
      y.data[(x2 / cols) * out + o] = s2;
      y.data[(x3 / cols) * out + o] = s3;
    }
  }
  return y;
}

/** (x - mean)/√(variance + 1e-6) of every row, biased variance, no weights. */
export function layerNorm(x: Matrix): Matrix {
  return mapRows(x, (row) => {
    const mean = sum(row) / x.cols;
    const variance = sum(row.map((value) => (value - mean) * (value - mean))) / x.cols;
    return row.map((value) => (value - mean) / Math.sqrt(variance + 1e-6));
  });
}

/** z/(√mean(z²) + 1e-5)·scale of every row: over the full width, the 1e-5 outside the root. */
export function rmsNorm(x: Matrix, scale: ArrayLike<number>): Matrix {
  return mapRows(x, (row) => {
    const root = Math.sqrt(sum(row.map((value) => value * value)) / x.cols) + 1e-5;
    return row.map((value, i) => (value / root) * scale[i]!);
  });
}

/** x·(1 + scale) + shift; the rows of image b take row b of shift and scale. */
export function modulate(x: Matrix, shift: Matrix, scale: Matrix): Matrix {
  return zip(x, (value, b, i) => value * (1 + at(scale, b, i)) + at(shift, b, i), shift.rows);
}

/** x + gate·change; the rows of image b take row b of the gate. */
export function addGated(x: Matrix, gate: Matrix, change: Matrix): Matrix {
  return zip(x, (value, b, i, r) => value + at(gate, b, i) * at(change, r, i), gate.rows);
}

/** x + y; a y of fewer rows is repeated, as the places of every image or of every group are. */
export function add(x: Matrix, y: Matrix): Matrix {
  return zip(x, (value, _, i, r) => value + at(y, r % y.rows, i));
}

/** x/2·(1 + tanh(√(2/π)·(x + 0.044715·x³))). */
export function gelu(x: Matrix): Matrix {
  return zip(x, (v) => (v / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (v + 0.044715 * v * v * v))));
}

/** x/(1 + e⁻ˣ). */
export function silu(x: Matrix): Matrix {
  return zip(x, (v) => v / (1 + Math.exp(-v)));
}

/** Columns cut into equal parts. */
export function split(x: Matrix, parts: number): Matrix[] {
  const cols = x.cols / parts;
  return Array.from({ length: parts }, (_, part) => {
    const rows = Array.from({ length: x.rows }, (_, r) => rowOf(x, r).subarray(part * cols, (part + 1) * cols));
    return stack(rows, cols);
  });
}

/**
 * softmax(q·kᵀ/√d)·v for every head. The rows of q, and those of k and v, are cut into `groups` equal runs, and each
 * run of q sees its own run of k and v only: one group an image is full attention.
 */
export function attention(q: Matrix, k: Matrix, v: Matrix, heads: number, groups: number): Matrix {
  const { cols } = q;
  const width = cols / heads;
  const queries = q.rows / groups;
  const keys = k.rows / groups;
  const out = matrix(q.rows, cols);
  for (let row = 0; row < q.rows; row++) {
    const firstKey = Math.floor(row / queries) * keys;
    for (let from = 0; from < cols; from += width) {
      const logits = new Float64Array(keys);
      for (let j = 0; j < keys; j++) {
        let product = 0;
        for (let i = from; i < from + width; i++) product += at(q, row, i) * at(k, firstKey + j, i);
        logits[j] = product / Math.sqrt(width);
      }
      const weights = softmax(logits);
      for (let j = 0; j < keys; j++) {
        for (let i = from; i < from + width; i++) out.data[row * cols + i]! += weights[j]! * at(v, firstKey + j, i);
      }
    }
  }
  return out;
}

/** The weights of `attention`, the mean over the heads: [q.rows, k.rows / groups]. */
export function attentionWeights(q: Matrix, k: Matrix, heads: number, groups: number): Matrix {
  const [width, queries, keys] = [q.cols / heads, q.rows / groups, k.rows / groups];
  const out = matrix(q.rows, keys);
  for (let row = 0; row < q.rows; row++) {
    const asked = rowOf(q, row);
    const firstKey = Math.floor(row / queries) * keys;
    for (let head = 0; head < heads; head++) {
      const [from, to] = [head * width, (head + 1) * width];
      const logits = Float64Array.from({ length: keys }, (_, j) => {
        const key = rowOf(k, firstKey + j).subarray(from, to);
        return sum(asked.subarray(from, to).map((value, i) => value * key[i]!)) / Math.sqrt(width);
      });
      softmax(logits).forEach((weight, j) => {
        out.data[row * keys + j]! += weight / heads;
      });
    }
  }
  return out;
}

/** e^(x - max)/Σ. */
export function softmax(logits: Float64Array): Float64Array {
  const max = logits.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const powers = logits.map((logit) => Math.exp(logit - max));
  const total = sum(powers);
  return powers.map((power) => power / total);
}

/** [cos(t·f), sin(t·f)] with f = e^(-ln(10000)·i/128), i = 0 .. 127; a row of 256 for every t. */
export function timestepSinusoid(times: ArrayLike<number>): Matrix {
  const frequencies = Array.from({ length: 128 }, (_, i) => Math.exp((-Math.log(10000) * i) / 128));
  const rows = Array.from(times, (t) => {
    return Float64Array.of(...frequencies.map((f) => Math.cos(t * f)), ...frequencies.map((f) => Math.sin(t * f)));
  });
  return stack(rows, 256);
}

/** Rows in another order: row r of the result is row order[r] of x. */
export function pickRows(x: Matrix, order: readonly number[]): Matrix {
  return stack(
    order.map((r) => rowOf(x, r)),
    x.cols,
  );
}

/** Rows one below the other. */
export function stack(rows: readonly Float64Array[], cols: number): Matrix {
  const out = matrix(rows.length, cols);
  rows.forEach((row, r) => {
    out.data.set(row, r * cols);
  });
  return out;
}

export function rowOf(x: Matrix, row: number): Float64Array {
  return x.data.subarray(row * x.cols, (row + 1) * x.cols);
}

function at(x: Matrix, row: number, col: number): number {
  return x.data[row * x.cols + col]!;
}

function mapRows(x: Matrix, change: (row: Float64Array) => Float64Array): Matrix {
  return stack(
    Array.from({ length: x.rows }, (_, r) => change(rowOf(x, r))),
    x.cols,
  );
}

/** Element by element; `image` counts equal runs of rows, as many as there are images. */
function zip(x: Matrix, f: (value: number, image: number, col: number, row: number) => number, images = 1): Matrix {
  const rowsOfImage = x.rows / images;
  const data = x.data.map((value, i) => {
    const row = Math.floor(i / x.cols);
    return f(value, Math.floor(row / rowsOfImage), i % x.cols, row);
  });
  return { ...x, data };
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
