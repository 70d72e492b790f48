// Attention without workgroup memory: an invocation owns one query of one head, and keeps the query and the weighted
// sum of the values in registers, HEAD4 vec4s each. Keys and values come in steps of four straight from storage; the
// queries of a workgroup ask for the same ones at a time, so the cache serves all but one. Without the norms of Read
// and Write, which every query would take again.

@group(0) @binding(3) var<storage, read_write> out: array<vec4f>;

@compute @workgroup_size(32)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let index = workgroup.x * 32u + local.x;
  let head = workgroup.y * HEAD4;
  let sequence = workgroup.z;
  if (index >= p.queries) {
    return;
  }
  let at = (sequence * p.query_rows + index) * p.query_stride4 + head;
  #for c < HEAD4
  let q#c = query[at + #cu] * p.scale;
  var sum#c = vec4f(0.0);
  #end
  var highest = LOWEST;
  var total = 0.0;
  let key_row = sequence * p.keys;
  for (var first_key = 0u; first_key < p.keys; first_key += 4u) {
    var score = vec4f(0.0);
    #for j < 4
    let row#j = (key_row + min(first_key + #ju, p.keys - 1u)) * p.key_stride4 + head;
    let key#j = row#j + p.key4;
    let value#j = row#j + p.value4;
    #end
    #for c < HEAD4
    score += vec4f(
      dot(q#c, key_value[key0 + #cu]),
      dot(q#c, key_value[key1 + #cu]),
      dot(q#c, key_value[key2 + #cu]),
      dot(q#c, key_value[key3 + #cu]),
    );
    #end
    score = select(vec4f(LOWEST), score, first_key + vec4u(0u, 1u, 2u, 3u) < vec4u(p.keys));
    let peak = max(max(score.x, score.y), max(score.z, score.w));
    let new_highest = max(highest, peak);
    let decay = exp(highest - new_highest);
    let weight = exp(score - new_highest);
    highest = new_highest;
    total = total * decay + dot(weight, vec4f(1.0));
    #for c < HEAD4
    sum#c = sum#c * decay
      + weight.x * key_value[value0 + #cu] + weight.y * key_value[value1 + #cu]
      + weight.z * key_value[value2 + #cu] + weight.w * key_value[value3 + #cu];
    #end
  }
  let to = (sequence * p.queries + index) * p.out_stride4 + head;
  #for c < HEAD4
  out[to + #cu] = sum#c / total;
  #end
}
