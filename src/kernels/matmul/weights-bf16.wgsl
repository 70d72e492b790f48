// Weights as stored: bfloat16 (the upper half of a float32), four along the inner dimension in two words.
@group(0) @binding(1) var<storage, read> weights: array<vec2u>;

fn weight4(index: u32) -> vec4f {
  let packed = weights[index];
  return bitcast<vec4f>(vec4u(packed.x << 16u, packed.x & 0xffff0000u, packed.y << 16u, packed.y & 0xffff0000u));
}
