// Attention with keys and values shared inside a quad (four neighbouring invocations of a subgroup). As in `rows` an
// invocation owns one query of one head and keeps the query and the weighted sum of the values in registers; of the
// four keys and values of a step it loads one and gets the others from its neighbours, a quarter of the loads.
// It also takes the norm of that key, once a quad.

@group(0) @binding(3) var<storage, read_write> out: array<vec4f>;

@compute @workgroup_size(32)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let lane = local.x & 3u;
  let index = workgroup.x * 32u + local.x;
  let head = workgroup.y * HEAD4;
  let sequence = workgroup.z;
  if (index - lane >= p.queries) {
    return; // a whole quad at a time
  }
  let at = (sequence * p.query_rows + min(index, p.queries - 1u)) * p.query_stride4;
  var factor = p.scale;
  if (NORMALIZE_QUERIES) {
    var squares = 0.0;
    for (var i = 0u; i < p.width4; i++) {
      let q = query[at + i];
      squares += dot(q, q);
    }
    factor *= inverse_rms(squares);
  }
  #for c < HEAD4
  var q#c = query[at + head + #cu] * factor;
  if (NORMALIZE_KEYS) {
    q#c *= channel_scale[head + #cu];
  }
  var sum#c = vec4f(0.0);
  #end
  var highest = LOWEST;
  var total = 0.0;
  for (var first_key = 0u; first_key < p.keys; first_key += 4u) {
    let row = (sequence * p.keys + min(first_key + lane, p.keys - 1u)) * p.key_stride4;
    let key = row + p.key4 + head;
    let value = row + p.value4 + head;
    var score = vec4f(0.0);
    #for c < HEAD4
    let k#c = key_value[key + #cu];
    score += vec4f(
      dot(q#c, quadBroadcast(k#c, 0u)),
      dot(q#c, quadBroadcast(k#c, 1u)),
      dot(q#c, quadBroadcast(k#c, 2u)),
      dot(q#c, quadBroadcast(k#c, 3u)),
    );
    #end
    if (NORMALIZE_KEYS) {
      var squares = 0.0;
      for (var i = 0u; i < p.width4; i++) {
        let k = key_value[row + p.key4 + i];
        squares += dot(k, k);
      }
      let norm = inverse_rms(squares);
      score *= vec4f(quadBroadcast(norm, 0u), quadBroadcast(norm, 1u), quadBroadcast(norm, 2u), quadBroadcast(norm, 3u));
    }
    score = select(vec4f(LOWEST), score, first_key + vec4u(0u, 1u, 2u, 3u) < vec4u(p.keys));
    let peak = max(max(score.x, score.y), max(score.z, score.w));
    let new_highest = max(highest, peak);
    let decay = exp(highest - new_highest);
    let weight = exp(score - new_highest);
    highest = new_highest;
    total = total * decay + dot(weight, vec4f(1.0));
    #for c < HEAD4
    let v#c = key_value[value + #cu];
    sum#c = sum#c * decay
      + weight.x * quadBroadcast(v#c, 0u) + weight.y * quadBroadcast(v#c, 1u)
      + weight.z * quadBroadcast(v#c, 2u) + weight.w * quadBroadcast(v#c, 3u);
    #end
  }
  if (index < p.queries) {
    let to = (sequence * p.queries + index) * p.out_stride4 + head;
    #for c < HEAD4
    out[to + #cu] = sum#c / total;
    #end
  }
}
