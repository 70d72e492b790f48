// Root-mean-square norm of whole rows: x / (sqrt(mean(x²)) + 1e-5) · scale, the epsilon outside the root.
// One workgroup a row; its invocations share the sum of squares through workgroup memory.

struct Params {
  width4: u32,
}

@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read> scale: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(3) var<uniform> p: Params;

const LANES = 64u;
const RMS_EPSILON = 1e-5;

var<workgroup> partial: array<f32, LANES>;

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) lane: u32) {
  let row = workgroup.x * p.width4;
  var squares = 0.0;
  for (var i = lane; i < p.width4; i += LANES) {
    squares += dot(x[row + i], x[row + i]);
  }
  partial[lane] = squares;
  workgroupBarrier();
  var total = 0.0;
  for (var i = 0u; i < LANES; i++) {
    total += partial[i];
  }
  let factor = 1.0 / (sqrt(total / f32(4u * p.width4)) + RMS_EPSILON);
  for (var i = lane; i < p.width4; i += LANES) {
    out[row + i] = x[row + i] * factor * scale[i];
  }
}
