// Weights as stored: float16, four along the inner dimension packed in two words. Needs no shader-f16.
@group(0) @binding(1) var<storage, read> weights: array<vec2u>;

fn weight4(index: u32) -> vec4f {
  let packed = weights[index];
  return vec4f(unpack2x16float(packed.x), unpack2x16float(packed.y));
}
