// Group norm, 3 of 3: out = (x - centre) · scale + β, channel by channel, and SiLU of it where the layer has
// one. The mean is taken off first, so a large one costs no digits. One invocation a vec4.

struct Params {
  count: u32,     // vec4s of the map
  channels4: u32,
  row: u32,       // invocations in one row of the 2-D dispatch
}

@group(0) @binding(0) var<storage, read> map: array<vec4f>;
@group(0) @binding(1) var<storage, read> centre: array<vec4f>;
@group(0) @binding(2) var<storage, read> scale: array<vec4f>;
@group(0) @binding(3) var<storage, read> beta: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(5) var<uniform> p: Params;

override SILU: bool = false; // x / (1 + e⁻ˣ)

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * p.row + id.x;
  if (i >= p.count) {
    return;
  }
  let channel4 = i % p.channels4;
  var value = (map[p.channels4 + i] - centre[channel4]) * scale[channel4] + beta[channel4];
  if (SILU) {
    value = value / (1.0 + exp(-value));
  }
  out[p.channels4 + i] = value;
}
