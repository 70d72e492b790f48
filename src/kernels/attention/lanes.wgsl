// Attention with the scores shared in workgroup memory. A workgroup takes ROWS queries of one head of one sequence, four invocations (lanes) a query. In steps of 16
// keys, each lane scores four keys and shares them in workgroup memory; then each lane sums a quarter of the
// head's width over all 16 values, kept in up to eight vec4 registers (unrolled by hand, so head widths up to 128).
// Keys and values are read straight from storage: the queries of a workgroup ask for the same ones at a time.

@group(0) @binding(3) var<storage, read_write> out: array<vec4f>;

override ROWS: u32 = 16;

const KEYS = 16u;                  // in a step

var<workgroup> queries: array<vec4f, ROWS * HEAD4>;
var<workgroup> scores: array<vec4f, 2 * ROWS * 4>;   // two steps' worth, so that one barrier a step is enough
var<workgroup> partial: array<f32, ROWS * 4>;
var<workgroup> key_norm: array<f32, KEYS>;

fn load_queries(sequence: u32, head: u32, first: u32, row: u32, lane: u32) {
  let index = min(first + row, p.queries - 1u);
  let at = (sequence * p.query_rows + index) * p.query_stride4;
  var factor = p.scale;
  if (NORMALIZE_QUERIES) {
    var squares = 0.0;
    for (var i = lane; i < p.width4; i += 4u) {
      let q = query[at + i];
      squares += dot(q, q);
    }
    partial[row * 4u + lane] = squares;
    workgroupBarrier();
    let r = row * 4u;
    factor *= inverse_rms(partial[r] + partial[r + 1u] + partial[r + 2u] + partial[r + 3u]);
  }
  for (var i = lane; i < HEAD4; i += 4u) {
    var q = query[at + head * HEAD4 + i] * factor;
    if (NORMALIZE_QUERIES || NORMALIZE_KEYS) {
      q *= channel_scale[head * HEAD4 + i];
    }
    queries[row * HEAD4 + i] = q;
  }
}

// Inverse RMS of the 16 keys of a step, spread over all invocations of the workgroup.
fn load_key_norms(first_row: u32, first_key: u32, i: u32) {
  workgroupBarrier();
  for (var key = i; key < KEYS; key += ROWS * 4u) {
    let at = (first_row + min(first_key + key, p.keys - 1u)) * p.key_stride4 + p.key4;
    var squares = 0.0;
    for (var j = 0u; j < p.width4; j++) {
      let k = key_value[at + j];
      squares += dot(k, k);
    }
    key_norm[key] = inverse_rms(squares);
  }
  workgroupBarrier();
}

@compute @workgroup_size(4, ROWS)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let lane = local.x;
  let row = local.y;
  let first = workgroup.x * ROWS;
  let head = workgroup.y;
  let sequence = workgroup.z;
  load_queries(sequence, head, first, row, lane);
  workgroupBarrier();

  let key_row = sequence * p.keys;
  let head_key = p.key4 + head * HEAD4;
  let head_value = p.value4 + head * HEAD4;
  var highest = LOWEST;
  var total = 0.0;
  var sum0 = vec4f(0.0);
  var sum1 = vec4f(0.0);
  var sum2 = vec4f(0.0);
  var sum3 = vec4f(0.0);
  var sum4 = vec4f(0.0);
  var sum5 = vec4f(0.0);
  var sum6 = vec4f(0.0);
  var sum7 = vec4f(0.0);
  var half = 0u;

  for (var first_key = 0u; first_key < p.keys; first_key += KEYS) {
    if (NORMALIZE_KEYS) {
      load_key_norms(key_row, first_key, row * 4u + lane);
    }
    let key = first_key + 4u * lane;
    let last = p.keys - 1u;
    let key0 = (key_row + min(key, last)) * p.key_stride4 + head_key;
    let key1 = (key_row + min(key + 1u, last)) * p.key_stride4 + head_key;
    let key2 = (key_row + min(key + 2u, last)) * p.key_stride4 + head_key;
    let key3 = (key_row + min(key + 3u, last)) * p.key_stride4 + head_key;
    var score = vec4f(0.0);
    for (var i = 0u; i < HEAD4; i++) {
      let q = queries[row * HEAD4 + i];
      score += vec4f(
        dot(q, key_value[key0 + i]),
        dot(q, key_value[key1 + i]),
        dot(q, key_value[key2 + i]),
        dot(q, key_value[key3 + i]),
      );
    }
    if (NORMALIZE_KEYS) {
      let k = 4u * lane;
      score *= vec4f(key_norm[k], key_norm[k + 1u], key_norm[k + 2u], key_norm[k + 3u]);
    }
    let shared_row = half + row * 4u;
    scores[shared_row + lane] = select(vec4f(LOWEST), score, key + vec4u(0u, 1u, 2u, 3u) < vec4u(p.keys));
    workgroupBarrier();

    let peak = max(max(scores[shared_row], scores[shared_row + 1u]), max(scores[shared_row + 2u], scores[shared_row + 3u]));
    let new_highest = max(highest, max(max(peak.x, peak.y), max(peak.z, peak.w)));
    let decay = exp(highest - new_highest);
    highest = new_highest;
    total *= decay;
    sum0 *= decay;
    sum1 *= decay;
    sum2 *= decay;
    sum3 *= decay;
    sum4 *= decay;
    sum5 *= decay;
    sum6 *= decay;
    sum7 *= decay;

    let end = min(p.keys - first_key, KEYS);
    for (var quad = 0u; 4u * quad < end; quad++) {
      let weight = exp(scores[shared_row + quad] - highest);
      total += dot(weight, vec4f(1.0));
      let quad_key = first_key + 4u * quad;
      let value0 = (key_row + quad_key) * p.key_stride4 + head_value;
      let value1 = (key_row + min(quad_key + 1u, last)) * p.key_stride4 + head_value;
      let value2 = (key_row + min(quad_key + 2u, last)) * p.key_stride4 + head_value;
      let value3 = (key_row + min(quad_key + 3u, last)) * p.key_stride4 + head_value;
      sum0 += weighted(weight, value0, value1, value2, value3, lane);
      if (HEAD4 > 4u) { sum1 += weighted(weight, value0, value1, value2, value3, lane + 4u); }
      if (HEAD4 > 8u) { sum2 += weighted(weight, value0, value1, value2, value3, lane + 8u); }
      if (HEAD4 > 12u) { sum3 += weighted(weight, value0, value1, value2, value3, lane + 12u); }
      if (HEAD4 > 16u) { sum4 += weighted(weight, value0, value1, value2, value3, lane + 16u); }
      if (HEAD4 > 20u) { sum5 += weighted(weight, value0, value1, value2, value3, lane + 20u); }
      if (HEAD4 > 24u) { sum6 += weighted(weight, value0, value1, value2, value3, lane + 24u); }
      if (HEAD4 > 28u) { sum7 += weighted(weight, value0, value1, value2, value3, lane + 28u); }
    }
    half = ROWS * 4u - half;
  }

  if (first + row < p.queries) {
    let at = (sequence * p.queries + first + row) * p.out_stride4 + head * HEAD4;
    let inverse = 1.0 / total;
    store(at, lane, sum0 * inverse);
    if (HEAD4 > 4u) { store(at, lane + 4u, sum1 * inverse); }
    if (HEAD4 > 8u) { store(at, lane + 8u, sum2 * inverse); }
    if (HEAD4 > 12u) { store(at, lane + 12u, sum3 * inverse); }
    if (HEAD4 > 16u) { store(at, lane + 16u, sum4 * inverse); }
    if (HEAD4 > 20u) { store(at, lane + 20u, sum5 * inverse); }
    if (HEAD4 > 24u) { store(at, lane + 24u, sum6 * inverse); }
    if (HEAD4 > 28u) { store(at, lane + 28u, sum7 * inverse); }
  }
}

fn weighted(weight: vec4f, value0: u32, value1: u32, value2: u32, value3: u32, column: u32) -> vec4f {
  let c = min(column, HEAD4 - 1u);
  return weight.x * key_value[value0 + c] + weight.y * key_value[value1 + c]
    + weight.z * key_value[value2 + c] + weight.w * key_value[value3 + c];
}

fn store(at: u32, column: u32, value: vec4f) {
  if (column < HEAD4) {
    out[at + column] = value;
  }
}
