// The end of a decoder: premultiplied RGBA from a feature map, shuffled, scaled, shifted and clipped, to pixels of
// 8 bits a channel with straight alpha, red in the lowest byte. One invocation a pixel.
// Alpha is clamped and rounded first; where that gives 0 the pixel is all zero. Colour is clamped to what its alpha
// allows and divided by it. Halves round up.

struct Params {
  scale: vec4f,
  shift: vec4f,
  low: f32,
  high: f32,
  count: u32,  // pixels
  width: u32,
  block: u32,  // side of the square that an input pixel becomes (see pixel-shuffle.wgsl); 1 for none
  stride: u32, // floats in an input pixel
  row: u32,    // invocations in one row of the 2-D dispatch
}

@group(0) @binding(0) var<storage, read> map: array<f32>;
@group(0) @binding(1) var<storage, read_write> rgba: array<u32>;
@group(0) @binding(2) var<uniform> p: Params;

fn byte(value: f32) -> u32 {
  return u32(floor(value * 255.0 + 0.5));
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let n = id.y * p.row + id.x;
  if (n >= p.count) {
    return;
  }
  let y = n / p.width;
  let x = n % p.width;
  let area = p.block * p.block;
  let first = (1u + (y / p.block) * (p.width / p.block) + x / p.block) * p.stride
    + (y % p.block) * p.block + x % p.block;
  let raw = vec4f(map[first], map[first + area], map[first + 2u * area], map[first + 3u * area]);
  let value = clamp(raw * p.scale + p.shift, vec4f(p.low), vec4f(p.high));
  let alpha = clamp(value.a, 0.0, 1.0);
  let alpha8 = byte(alpha);
  if (alpha8 == 0u) {
    rgba[n] = 0u;
    return;
  }
  let red = byte(clamp(value.r, 0.0, alpha) / alpha);
  let green = byte(clamp(value.g, 0.0, alpha) / alpha);
  let blue = byte(clamp(value.b, 0.0, alpha) / alpha);
  rgba[n] = red | (green << 8u) | (blue << 16u) | (alpha8 << 24u);
}
