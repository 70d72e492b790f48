// Weights as stored: float16, four along the inner dimension packed in two words. Needs no shader-f16.
alias Stored = vec2u;
@group(0) @binding(1) var<storage, read> weights: array<Stored>;

fn unpacked(stored: Stored) -> vec4f {
  return vec4f(unpack2x16float(stored.x), unpack2x16float(stored.y));
}

fn weight4(index: u32) -> vec4f {
  return unpacked(weights[index]);
}
