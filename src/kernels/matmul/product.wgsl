// What all matrix products of this folder share: out = epilogue(prologue(A) · Wᵀ). A is [m, k] and W is [n, k] as
// stored in checkpoints, so both are read along k in vec4s; `main` is in the file of the algorithm.
// LayerNorm in the prologue takes no pass of its own: the sums run over x - c with c near the row's mean (the
// median of three places, so that no outlier spoils it), beside Σ(x-c) and Σ(x-c)². At the end
// Σ(x-mean)·w = Σ(x-c)·w - (mean-c)·Σw, and the deviation is a factor. Scale is folded into W once for all rows.
// Group, drop and refill of latents cost nothing: rows of every operand go through a small map (struct Rows).
// The rows of a tile never cross from one image to the next.

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

override NORMALIZE: bool = false; // prologue: LayerNorm(a) · (1 + scale) + shift
override SILU: bool = false;      // prologue: silu(a)

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

fn prologue(x: vec4f, centre: f32) -> vec4f {
  if (NORMALIZE) {
    return x - centre;
  }
  if (SILU) {
    return silu(x);
  }
  return x;
}

fn load(at: u32, centre: f32) -> vec4f {
  return prologue(a[at], centre);
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

// Rows that a tile begins with and ends before; none where the tile is behind the last.
struct Tile {
  image: u32,
  first: u32,
  end: u32,
}

fn tile_rows(tile: u32, rows: u32) -> Tile {
  let tiles_per_image = (p.rows_per_image + rows - 1u) / rows;
  let image = tile / tiles_per_image;
  let first = image * p.rows_per_image + (tile - image * tiles_per_image) * rows;
  return Tile(image, first, min((image + 1u) * p.rows_per_image, p.m));
}

// Where a line of the modulation table starts.
fn modulation_line(image: u32) -> u32 {
  return (stage.row + p.first_image + image) * p.modulation_stride4;
}

// The product of LayerNorm(a)·(1 + scale) + shift from that of the centred row.
fn normalized(sum: vec4f, moments: vec2f, weight_sum: vec4f, shift_sum: vec4f) -> vec4f {
  let offset = moments / f32(4u * p.k4); // mean - c, mean of (x - c)²
  let inv_std = 1.0 / sqrt(max(offset.y - offset.x * offset.x, 0.0) + EPSILON);
  return (sum - offset.x * weight_sum) * inv_std + shift_sum;
}
