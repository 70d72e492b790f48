// Latents as the sampler holds them, planes [C, H, W], to a feature map [1 + H·W, C], scaled and shifted channel by
// channel on the way: map = latents · scale + shift. One invocation a vec4 of the map.

struct Params {
  count: u32,    // vec4s of the map
  pixels: u32,
  channels: u32,
  row: u32,      // invocations in one row of the 2-D dispatch
}

@group(0) @binding(0) var<storage, read> latents: array<f32>;
@group(0) @binding(1) var<storage, read> scale: array<vec4f>;
@group(0) @binding(2) var<storage, read> shift: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> map: array<vec4f>;
@group(0) @binding(4) var<uniform> p: Params;

// Channels that are only padding repeat the last one; their scale and shift are zero.
fn latent(channel: u32, pixel: u32) -> f32 {
  return latents[min(channel, p.channels - 1u) * p.pixels + pixel];
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * p.row + id.x;
  if (i >= p.count) {
    return;
  }
  let channels4 = (p.channels + 3u) / 4u;
  let channel4 = i % channels4;
  let pixel = i / channels4;
  let c = 4u * channel4;
  let value = vec4f(latent(c, pixel), latent(c + 1u, pixel), latent(c + 2u, pixel), latent(c + 3u, pixel));
  map[channels4 + i] = value * scale[channel4] + shift[channel4];
}
