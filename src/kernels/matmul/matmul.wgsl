// out = epilogue(prologue(A) · Wᵀ): the one matrix product of the network. A is [m, k] and W is [n, k] as stored
// in checkpoints, so both are read along k in vec4s.
// An invocation makes ROWS rows by 4 columns and keeps the sums in registers: ROWS vec4s, written out one by one
// because arrays indexed in a loop leave the registers on several drivers. 16 invocations side by side read the
// same rows of A, 4 above each other the same rows of W; both come straight from storage through the caches, so
// the loop has no barrier. The rows of an invocation never cross from one image to the next.
// LayerNorm in the prologue takes no pass of its own: the sums run over x - c with c near the row's mean (the
// median of three places, so that no outlier spoils it), beside Σ(x-c) and Σ(x-c)². At the end
// Σ(x-mean)·w = Σ(x-c)·w - (mean-c)·Σw, and the deviation is a factor. Scale is folded into W once for all rows.
// Group, drop and refill of latents cost nothing: rows of every operand go through a small map (struct Rows).

struct Rows {
  base: u32,
  inner: u32,
  outer: u32,
  step: u32,
}

struct Params {
  a_rows: Rows,
  residual_rows: Rows,
  table_rows: Rows,
  out_rows: Rows,
  m: u32,
  n4: u32,                 // columns / 4
  k4: u32,                 // inner dimension / 4
  first_image: u32,        // image of row 0
  rows_per_image: u32,     // rows that share one line of the modulation table
  modulation_stride4: u32, // line of the modulation table / 4
  shift4: u32,             // where shift, scale and gate start in a line / 4
  scale4: u32,
  gate4: u32,
  ungroup_grid: u32,       // 0, or tokens a side: write grouped rows to their raster place
  ungroup_window: u32,
  epilogue: u32,           // which of the steps below are taken
}

const BIAS = 1u;     // value + bias
const GELU = 2u;     // tanh form
const GATE = 4u;     // gate · value
const RESIDUAL = 8u; // residual + value
const TABLE = 16u;   // value + a fixed table (position embeddings)

@group(0) @binding(0) var<storage, read> a: array<vec4f>;
@group(0) @binding(2) var<storage, read> bias: array<vec4f>;
@group(0) @binding(3) var<storage, read> modulation: array<vec4f>;
@group(0) @binding(4) var<storage, read> residual: array<vec4f>;
@group(0) @binding(5) var<storage, read> table: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(7) var<uniform> p: Params;

override ROWS: u32 = 16;          // 4 or 16
override NORMALIZE: bool = false; // prologue: LayerNorm(a) · (1 + scale) + shift
override SILU: bool = false;      // prologue: silu(a)

const TX = 16u;
const TY = 4u;
const EPSILON = 1e-6;

fn row_of(map: Rows, row: u32) -> u32 {
  return map.base + (row / map.inner) * map.outer + (row % map.inner) * map.step;
}

fn silu(x: vec4f) -> vec4f {
  return x / (1.0 + exp(-x));
}

fn gelu_tanh(x: vec4f) -> vec4f {
  let inner = clamp(0.7978845608028654 * (x + 0.044715 * x * x * x), vec4f(-10.0), vec4f(10.0));
  return x - x / (exp(2.0 * inner) + 1.0);
}

fn ungrouped(row: u32) -> u32 {
  if (p.ungroup_grid == 0u) {
    return row;
  }
  let w = p.ungroup_window;
  let windows = p.ungroup_grid / w;
  let tokens = p.ungroup_grid * p.ungroup_grid;
  let place = row % tokens;
  let group = place / (w * w);
  let slot = place % (w * w);
  let r = (group / windows) * w + slot / w;
  let c = (group % windows) * w + slot % w;
  return (row / tokens) * tokens + r * p.ungroup_grid + c;
}

fn median(x: vec4f, y: vec4f, z: vec4f) -> vec4f {
  return max(min(x, y), min(max(x, y), z));
}

// A value near the mean of the row that starts here.
fn centre_of(start: u32) -> f32 {
  if (NORMALIZE) {
    return 0.25 * dot(median(a[start], a[start + p.k4 / 3u], a[start + 2u * p.k4 / 3u]), vec4f(1.0));
  }
  return 0.0;
}

fn load(at: u32, centre: f32) -> vec4f {
  if (NORMALIZE) {
    return a[at] - centre;
  }
  if (SILU) {
    return silu(a[at]);
  }
  return a[at];
}

fn products(x: vec4f, w0: vec4f, w1: vec4f, w2: vec4f, w3: vec4f) -> vec4f {
  return vec4f(dot(x, w0), dot(x, w1), dot(x, w2), dot(x, w3));
}

// Σ and Σ² of the centred values.
fn moments(x: vec4f) -> vec2f {
  return vec2f(dot(x, vec4f(1.0)), dot(x, x));
}

fn finish(row: u32, n4: u32, line: u32, sum: vec4f) {
  var value = sum;
  if ((p.epilogue & BIAS) != 0u) {
    value += bias[n4];
  }
  if ((p.epilogue & GELU) != 0u) {
    value = gelu_tanh(value);
  }
  if ((p.epilogue & GATE) != 0u) {
    value *= modulation[line + p.gate4 + n4];
  }
  if ((p.epilogue & RESIDUAL) != 0u) {
    value += residual[row_of(p.residual_rows, row) * p.n4 + n4];
  }
  if ((p.epilogue & TABLE) != 0u) {
    value += table[row_of(p.table_rows, row) * p.n4 + n4];
  }
  out[ungrouped(row_of(p.out_rows, row)) * p.n4 + n4] = value;
}

@compute @workgroup_size(TX, TY)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let tiles_per_image = (p.rows_per_image + ROWS - 1u) / ROWS;
  let tile = workgroup.y * TY + local.y;
  let image = tile / tiles_per_image;
  let first = image * p.rows_per_image + (tile - image * tiles_per_image) * ROWS;
  let end = min((image + 1u) * p.rows_per_image, p.m);
  let n4 = workgroup.x * TX + local.x;
  if (first >= end || n4 >= p.n4) {
    return;
  }
  let line = (stage.row + p.first_image + image) * p.modulation_stride4;

  let start0 = row_of(p.a_rows, min(first + 0u, end - 1u)) * p.k4;
  let start1 = row_of(p.a_rows, min(first + 1u, end - 1u)) * p.k4;
  let start2 = row_of(p.a_rows, min(first + 2u, end - 1u)) * p.k4;
  let start3 = row_of(p.a_rows, min(first + 3u, end - 1u)) * p.k4;
  let start4 = row_of(p.a_rows, min(first + 4u, end - 1u)) * p.k4;
  let start5 = row_of(p.a_rows, min(first + 5u, end - 1u)) * p.k4;
  let start6 = row_of(p.a_rows, min(first + 6u, end - 1u)) * p.k4;
  let start7 = row_of(p.a_rows, min(first + 7u, end - 1u)) * p.k4;
  let start8 = row_of(p.a_rows, min(first + 8u, end - 1u)) * p.k4;
  let start9 = row_of(p.a_rows, min(first + 9u, end - 1u)) * p.k4;
  let start10 = row_of(p.a_rows, min(first + 10u, end - 1u)) * p.k4;
  let start11 = row_of(p.a_rows, min(first + 11u, end - 1u)) * p.k4;
  let start12 = row_of(p.a_rows, min(first + 12u, end - 1u)) * p.k4;
  let start13 = row_of(p.a_rows, min(first + 13u, end - 1u)) * p.k4;
  let start14 = row_of(p.a_rows, min(first + 14u, end - 1u)) * p.k4;
  let start15 = row_of(p.a_rows, min(first + 15u, end - 1u)) * p.k4;
  let centre0 = centre_of(start0);
  let centre1 = centre_of(start1);
  let centre2 = centre_of(start2);
  let centre3 = centre_of(start3);
  let centre4 = centre_of(start4);
  let centre5 = centre_of(start5);
  let centre6 = centre_of(start6);
  let centre7 = centre_of(start7);
  let centre8 = centre_of(start8);
  let centre9 = centre_of(start9);
  let centre10 = centre_of(start10);
  let centre11 = centre_of(start11);
  let centre12 = centre_of(start12);
  let centre13 = centre_of(start13);
  let centre14 = centre_of(start14);
  let centre15 = centre_of(start15);
  var sum0 = vec4f(0.0);
  var sum1 = vec4f(0.0);
  var sum2 = vec4f(0.0);
  var sum3 = vec4f(0.0);
  var sum4 = vec4f(0.0);
  var sum5 = vec4f(0.0);
  var sum6 = vec4f(0.0);
  var sum7 = vec4f(0.0);
  var sum8 = vec4f(0.0);
  var sum9 = vec4f(0.0);
  var sum10 = vec4f(0.0);
  var sum11 = vec4f(0.0);
  var sum12 = vec4f(0.0);
  var sum13 = vec4f(0.0);
  var sum14 = vec4f(0.0);
  var sum15 = vec4f(0.0);
  var moment0 = vec2f(0.0);
  var moment1 = vec2f(0.0);
  var moment2 = vec2f(0.0);
  var moment3 = vec2f(0.0);
  var moment4 = vec2f(0.0);
  var moment5 = vec2f(0.0);
  var moment6 = vec2f(0.0);
  var moment7 = vec2f(0.0);
  var moment8 = vec2f(0.0);
  var moment9 = vec2f(0.0);
  var moment10 = vec2f(0.0);
  var moment11 = vec2f(0.0);
  var moment12 = vec2f(0.0);
  var moment13 = vec2f(0.0);
  var moment14 = vec2f(0.0);
  var moment15 = vec2f(0.0);
  var weight_sum = vec4f(0.0);
  var shift_sum = vec4f(0.0);
  let column = 4u * n4 * p.k4;
  for (var k = 0u; k < p.k4; k++) {
    var w0 = weight4(column + k);
    var w1 = weight4(column + p.k4 + k);
    var w2 = weight4(column + 2u * p.k4 + k);
    var w3 = weight4(column + 3u * p.k4 + k);
    if (NORMALIZE) {
      shift_sum += products(modulation[line + p.shift4 + k], w0, w1, w2, w3);
      let scale = 1.0 + modulation[line + p.scale4 + k];
      w0 *= scale;
      w1 *= scale;
      w2 *= scale;
      w3 *= scale;
      weight_sum += products(vec4f(1.0), w0, w1, w2, w3);
    }
    let x0 = load(start0 + k, centre0);
    let x1 = load(start1 + k, centre1);
    let x2 = load(start2 + k, centre2);
    let x3 = load(start3 + k, centre3);
    sum0 += products(x0, w0, w1, w2, w3);
    sum1 += products(x1, w0, w1, w2, w3);
    sum2 += products(x2, w0, w1, w2, w3);
    sum3 += products(x3, w0, w1, w2, w3);
    if (NORMALIZE) {
      moment0 += moments(x0);
      moment1 += moments(x1);
      moment2 += moments(x2);
      moment3 += moments(x3);
    }
    if (ROWS > 4u) {
      let x4 = load(start4 + k, centre4);
      let x5 = load(start5 + k, centre5);
      let x6 = load(start6 + k, centre6);
      let x7 = load(start7 + k, centre7);
      let x8 = load(start8 + k, centre8);
      let x9 = load(start9 + k, centre9);
      let x10 = load(start10 + k, centre10);
      let x11 = load(start11 + k, centre11);
      let x12 = load(start12 + k, centre12);
      let x13 = load(start13 + k, centre13);
      let x14 = load(start14 + k, centre14);
      let x15 = load(start15 + k, centre15);
      sum4 += products(x4, w0, w1, w2, w3);
      sum5 += products(x5, w0, w1, w2, w3);
      sum6 += products(x6, w0, w1, w2, w3);
      sum7 += products(x7, w0, w1, w2, w3);
      sum8 += products(x8, w0, w1, w2, w3);
      sum9 += products(x9, w0, w1, w2, w3);
      sum10 += products(x10, w0, w1, w2, w3);
      sum11 += products(x11, w0, w1, w2, w3);
      sum12 += products(x12, w0, w1, w2, w3);
      sum13 += products(x13, w0, w1, w2, w3);
      sum14 += products(x14, w0, w1, w2, w3);
      sum15 += products(x15, w0, w1, w2, w3);
      if (NORMALIZE) {
        moment4 += moments(x4);
        moment5 += moments(x5);
        moment6 += moments(x6);
        moment7 += moments(x7);
        moment8 += moments(x8);
        moment9 += moments(x9);
        moment10 += moments(x10);
        moment11 += moments(x11);
        moment12 += moments(x12);
        moment13 += moments(x13);
        moment14 += moments(x14);
        moment15 += moments(x15);
      }
    }
  }

  // Once a row, so the index costs nothing here.
  let sums = array<vec4f, 16>(
    sum0, sum1, sum2, sum3, sum4, sum5, sum6, sum7,
    sum8, sum9, sum10, sum11, sum12, sum13, sum14, sum15,
  );
  let row_moments = array<vec2f, 16>(
    moment0, moment1, moment2, moment3, moment4, moment5, moment6, moment7,
    moment8, moment9, moment10, moment11, moment12, moment13, moment14, moment15,
  );
  for (var r = 0u; r < min(ROWS, end - first); r++) {
    var sum = sums[r];
    if (NORMALIZE) {
      let offset = row_moments[r] / f32(4u * p.k4); // mean - c, mean of (x - c)²
      let inv_std = 1.0 / sqrt(max(offset.y - offset.x * offset.x, 0.0) + EPSILON);
      sum = (sum - offset.x * weight_sum) * inv_std + shift_sum;
    }
    finish(first + r, n4, line, sum);
  }
}
