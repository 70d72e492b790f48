// How fast the device multiplies and adds: each invocation runs CHAINS independent chains of vec4s, all in registers;
// nothing is read and one vec4 is written. More chains hide more latency but need more registers, so the probe takes
// the best of several numbers. UNROLL steps a turn of the loop, so that counting costs little.

struct Params {
  turns: u32,
}

@group(0) @binding(0) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(1) var<uniform> p: Params;

override CHAINS: u32 = 2; // 2, 4 or 8

fn four_steps(start: Real4, x: Real4, y: Real4) -> Real4 {
  var a = start;
  a = a * x + y;
  a = a * x + y;
  a = a * x + y;
  a = a * x + y;
  return a;
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  // Known only at run time; the chains stay between 0 and 1.
  let x = Real4(vec4f(0.5) + vec4f(f32(p.turns & 1u)) * 0.25);
  let y = Real4(vec4f(0.25));
  var a0 = Real4(vec4f(f32(id.x & 15u) / 16.0));
  var a1 = a0 * x;
  var a2 = a1 * x;
  var a3 = a2 * x;
  var a4 = a3 * x;
  var a5 = a4 * x;
  var a6 = a5 * x;
  var a7 = a6 * x;
  for (var turn = 0u; turn < p.turns; turn++) {
    a0 = four_steps(a0, x, y);
    a1 = four_steps(a1, x, y);
    if (CHAINS > 2u) {
      a2 = four_steps(a2, x, y);
      a3 = four_steps(a3, x, y);
    }
    if (CHAINS > 4u) {
      a4 = four_steps(a4, x, y);
      a5 = four_steps(a5, x, y);
      a6 = four_steps(a6, x, y);
      a7 = four_steps(a7, x, y);
    }
  }
  out[id.x] = vec4f(a0 + a1 + a2 + a3 + a4 + a5 + a6 + a7);
}
