// How fast the device moves memory: copies vec4s, neighbours by neighbouring invocations. Each invocation copies EACH
// of them, a whole grid apart; the probe takes the best of several numbers.

struct Params {
  count: u32, // vec4s
}

@group(0) @binding(0) var<storage, read> source: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(2) var<uniform> p: Params;

override EACH: u32 = 1;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let grid = p.count / EACH;
  for (var i = 0u; i < EACH; i++) {
    out[i * grid + id.x] = source[i * grid + id.x];
  }
}
