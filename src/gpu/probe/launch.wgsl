// As little work as a launch can have, and each waits for the one before it: what remains is the cost of launching.

struct Params {
  add: f32,
}

@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@group(0) @binding(1) var<uniform> p: Params;

@compute @workgroup_size(1)
fn main() {
  out[0] += p.add;
}
