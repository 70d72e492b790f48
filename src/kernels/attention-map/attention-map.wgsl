// The weights of an attention, which the kernels that draw never store: softmax(q·kᵀ/√d), averaged over the heads, for
// Read and Write on demand. Operands are the attention's own, ../attention/operands.wgsl, norms included.
// One workgroup a query of a sequence; its invocations share the keys. For every head a first pass over the keys finds
// maximum and sum, each invocation of its own keys and then all together through workgroup memory, and a second one
// writes: scores, and the norms of keys, are computed twice a head, which costs less than a place to keep them would,
// and sets no limit to the number of keys. It runs when somebody looks, not when a picture is drawn.

@group(0) @binding(3) var<storage, read_write> out: array<f32>;

const LANES = 64u;

var<workgroup> peaks: array<f32, LANES>;
var<workgroup> totals: array<f32, LANES>;

/// q·k of one head; `factor` is that of the query.
fn score(query_at: u32, key_at: u32, head: u32, factor: f32) -> f32 {
  var product = 0.0;
  for (var i = head * HEAD4; i < (head + 1u) * HEAD4; i++) {
    var key = key_value[key_at + i];
    if (NORMALIZE_KEYS) {
      key *= channel_scale[i];
    }
    product += dot(query[query_at + i], key);
  }
  if (NORMALIZE_KEYS) {
    var squares = 0.0;
    for (var i = 0u; i < p.width4; i++) {
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
  let heads = p.width4 / HEAD4;
  var factor = p.scale;
  if (NORMALIZE_QUERIES) {
    var squares = 0.0;
    for (var i = 0u; i < p.width4; i++) {
      squares += dot(query[query_at + i], query[query_at + i]);
    }
    factor *= inverse_rms(squares);
  }
  for (var head = 0u; head < heads; head++) {
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
      let weight = exp(logit - peak) / (sum * f32(heads));
      if (head == 0u) {
        out[to + key] = weight;
      } else {
        out[to + key] += weight;
      }
    }
  }
}
