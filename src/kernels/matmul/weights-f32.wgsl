// Weights as stored: float32, four along the inner dimension.
alias Stored = vec4f;
@group(0) @binding(1) var<storage, read> weights: array<Stored>;

fn unpacked(stored: Stored) -> vec4f {
  return stored;
}

fn weight4(index: u32) -> vec4f {
  return unpacked(weights[index]);
}
