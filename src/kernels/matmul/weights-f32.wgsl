// Weights as stored: float32, four along the inner dimension.
@group(0) @binding(1) var<storage, read> weights: array<vec4f>;

fn weight4(index: u32) -> vec4f {
  return weights[index];
}
