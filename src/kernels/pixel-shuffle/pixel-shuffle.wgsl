// Pixel shuffle: the b·b·C channels of a pixel become a square of b × b pixels of C channels,
//   out[y·b + i, x·b + j, c] = in[y, x, (c·b + i)·b + j]
// (DepthToSpace in CRD order). Feature maps are [1 + H·W, C] with a pixel of zeros in front. One invocation a vec4
// of the result.

struct Params {
  count: u32,    // vec4s of the result
  width: u32,    // of the result
  channels: u32, // of the result
  block: u32,    // b
  stride: u32,   // floats in an input pixel
  row: u32,      // invocations in one row of the 2-D dispatch
}

@group(0) @binding(0) var<storage, read> map: array<f32>;
@group(0) @binding(1) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(2) var<uniform> p: Params;

// Channels that are only padding are zero.
fn channel_of(start: u32, channel: u32, place: u32) -> f32 {
  return select(0.0, map[start + channel * p.block * p.block + place], channel < p.channels);
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let n = id.y * p.row + id.x;
  if (n >= p.count) {
    return;
  }
  let channels4 = (p.channels + 3u) / 4u;
  let c = 4u * (n % channels4);
  let y = n / channels4 / p.width;
  let x = n / channels4 % p.width;
  let start = (1u + (y / p.block) * (p.width / p.block) + x / p.block) * p.stride;
  let place = (y % p.block) * p.block + x % p.block;
  out[channels4 + n] = vec4f(
    channel_of(start, c, place),
    channel_of(start, c + 1u, place),
    channel_of(start, c + 2u, place),
    channel_of(start, c + 3u, place),
  );
}
