// Weights as stored: bfloat16 (the upper half of a float32), four along the inner dimension in two words.
alias Stored = vec2u;
@group(0) @binding(1) var<storage, read> weights: array<Stored>;

fn unpacked(stored: Stored) -> vec4f {
  return bitcast<vec4f>(vec4u(stored.x << 16u, stored.x & 0xffff0000u, stored.y << 16u, stored.y & 0xffff0000u));
}

fn weight4(index: u32) -> vec4f {
  return unpacked(weights[index]);
}
