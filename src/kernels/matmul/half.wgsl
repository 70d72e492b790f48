// What the products that compute in float16 share, beside product.wgsl. Weights are float16 as stored and are not
// unpacked. Products and sums of 8 of them are float16: along 16 terms of the inner dimension each of the 4 lanes of a
// vec4<f16> sums 4 products, two lanes are added, and everything further is float32: LayerNorm before (its moments take
// a walk over the row of their own, so that only normalised values are rounded), the long sum and the epilogue after.
// Nothing overflows: normalised inputs are bounded by √k times their modulation; all others, which have no bound (GELU
// gives what it got), are divided by a power of two of each row and run, so that they are below 2 and 8 products are
// below 16 times the largest weight.

@group(0) @binding(1) var<storage, read> weights: array<vec4<f16>>;

const RUN = 4u; // vec4s along the inner dimension between two additions to the float32 sum

// What normalises a row: (x - centre - offset) · inv_std. Two numbers, as a large mean has no digits left for `offset`.
struct Norm {
  centre: f32,
  offset: f32,
  inv_std: f32,
}

fn norm_of(start: u32) -> Norm {
  if (!NORMALIZE) {
    return Norm(0.0, 0.0, 1.0);
  }
  let centre = centre_of(start);
  var moment = vec2f(0.0);
  for (var k = 0u; k < p.k4; k++) {
    moment += moments(a[start + k] - centre);
  }
  let offset = moment / f32(4u * p.k4);
  return Norm(centre, offset.x, 1.0 / sqrt(max(offset.y - offset.x * offset.x, 0.0) + EPSILON));
}

fn scale_at(line: u32, k: u32) -> vec4f {
  if (NORMALIZE) {
    return 1.0 + modulation[line + p.scale4 + k];
  }
  return vec4f(1.0);
}

fn shift_at(line: u32, k: u32) -> vec4f {
  if (NORMALIZE) {
    return modulation[line + p.shift4 + k];
  }
  return vec4f(0.0);
}

fn prepared(x: vec4f, norm: Norm, scale: vec4f, shift: vec4f) -> vec4f {
  if (NORMALIZE) {
    return (x - norm.centre - norm.offset) * norm.inv_std * scale + shift;
  }
  return x;
}

// A power of two: what a run of a row is divided by. Its reciprocal is a float32 as well.
fn unit_of(x0: vec4f, x1: vec4f, x2: vec4f, x3: vec4f) -> f32 {
  if (NORMALIZE) {
    return 1.0;
  }
  let most = max(max(abs(x0), abs(x1)), max(abs(x2), abs(x3)));
  let largest = max(max(most.x, most.y), max(most.z, most.w));
  return bitcast<f32>(clamp(bitcast<u32>(largest) & 0x7f800000u, 0x00800000u, 0x7e800000u));
}

fn total(part: vec4<f16>) -> f32 {
  let pair = vec2f(part.xy + part.zw);
  return pair.x + pair.y;
}
