// The weights of an attention, which the kernels that draw never store: softmax(q·kᵀ/√d), averaged over the heads, for
// Read and Write on demand. Operands are those of the attention itself (see ../attention/operands.wgsl), norms included.
// One workgroup a query of a sequence; its invocations share the keys. For every head a first pass over the keys finds
// maximum and sum, each invocation of its own keys and then all together through workgroup memory, and a second one
// writes: scores, and the norms of keys, are computed twice a head, which costs less than a place to keep them would,
// and sets no limit to the number of keys. It runs when somebody looks, not when a picture is drawn.

struct Params {
  queries: u32,            // in a sequence
  keys: u32,
  query_rows: u32,         // rows from one sequence's queries to the next's; 0: all share them
  query_stride4: u32,
  key_stride4: u32,
  key4: u32,               // where keys start in a row / 4
  heads: u32,
  head4: u32,              // d / 4
  scale: f32,              // d^-1/2
}

@group(0) @binding(0) var<storage, read> query: array<vec4f>;
@group(0) @binding(1) var<storage, read> key_value: array<vec4f>;
@group(0) @binding(2) var<storage, read> channel_scale: array<vec4f>; // q_scale · k_scale, with either norm
@group(0) @binding(3) var<storage, read_write> out: array<f32>;
@group(0) @binding(4) var<uniform> p: Params;

override NORMALIZE_QUERIES: bool = false;
override NORMALIZE_KEYS: bool = false;

const LANES = 64u;
const RMS_EPSILON = 1e-5;
const LOWEST = -3.0e38;

var<workgroup> peaks: array<f32, LANES>;
var<workgroup> totals: array<f32, LANES>;

fn inverse_rms(square_sum: f32) -> f32 {
  return 1.0 / (sqrt(square_sum / f32(4u * p.heads * p.head4)) + RMS_EPSILON);
}

/// q·k of one head; `factor` is that of the query.
fn score(query_at: u32, key_at: u32, head: u32, factor: f32) -> f32 {
  var product = 0.0;
  for (var i = head * p.head4; i < (head + 1u) * p.head4; i++) {
    var key = key_value[key_at + i];
    if (NORMALIZE_KEYS) {
      key *= channel_scale[i];
    }
    product += dot(query[query_at + i], key);
  }
  if (NORMALIZE_KEYS) {
    var squares = 0.0;
    for (var i = 0u; i < p.heads * p.head4; i++) {
      squares += dot(key_value[key_at + i], key_value[key_at + i]);
    }
    product *= inverse_rms(squares);
  }
  return product * factor;
}

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) lane: u32) {
  let sequence = workgroup.y;
  let query_at = (sequence * p.query_rows + workgroup.x) * p.query_stride4;
  let first_key = sequence * p.keys;
  let to = (sequence * p.queries + workgroup.x) * p.keys;
  var factor = p.scale;
  if (NORMALIZE_QUERIES) {
    var squares = 0.0;
    for (var i = 0u; i < p.heads * p.head4; i++) {
      squares += dot(query[query_at + i], query[query_at + i]);
    }
    factor *= inverse_rms(squares);
  }
  for (var head = 0u; head < p.heads; head++) {
    var highest = LOWEST;
    var total = 0.0;
    for (var key = lane; key < p.keys; key += LANES) {
      let logit = score(query_at, (first_key + key) * p.key_stride4 + p.key4, head, factor);
      let new_highest = max(highest, logit);
      total = total * exp(highest - new_highest) + exp(logit - new_highest);
      highest = new_highest;
    }
    peaks[lane] = highest;
    totals[lane] = total;
    workgroupBarrier();
    var peak = LOWEST;
    for (var i = 0u; i < LANES; i++) {
      peak = max(peak, peaks[i]);
    }
    var sum = 0.0;
    for (var i = 0u; i < LANES; i++) {
      sum += totals[i] * exp(peaks[i] - peak);
    }
    workgroupBarrier();
    for (var key = lane; key < p.keys; key += LANES) {
      let logit = score(query_at, (first_key + key) * p.key_stride4 + p.key4, head, factor);
      let weight = exp(logit - peak) / (sum * f32(p.heads));
      if (head == 0u) {
        out[to + key] = weight;
      } else {
        out[to + key] += weight;
      }
    }
  }
}
