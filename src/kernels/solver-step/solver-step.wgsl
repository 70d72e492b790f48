// One update of the sampled state from the network's answer, unpatchified and guided on the way:
//   v = v_guide + guidance · (v_cond - v_guide)         (v_cond alone where the guiding call is not made)
//   next = base · x + velocity · v + previous · v_prev + noise · ε
//   clean = asked - t · v                               (the predicted clean image, for previews)
// `asked` is the state that the network was asked about, `x` the one the update starts from (they differ in
// Heun's second stage). One invocation a value of the state [S, C, p·g, p·g].

struct Params {
  count: u32,
  channels: u32,
  patch_side: u32,
  grid: u32,
  columns: u32,  // padded length of a row of the network's output
  guiding: u32,  // 0, or the first row of the guiding call's output
  row: u32,      // invocations in one row of the 2-D dispatch
}

@group(0) @binding(0) var<storage, read> tokens: array<f32>;
@group(0) @binding(1) var<storage, read> asked: array<f32>;
@group(0) @binding(2) var<storage, read> x: array<f32>;
@group(0) @binding(3) var<storage, read> previous: array<f32>;
@group(0) @binding(4) var<storage, read> noise: array<f32>;
@group(0) @binding(5) var<storage, read_write> next: array<f32>;
@group(0) @binding(6) var<storage, read_write> velocity: array<f32>;
@group(0) @binding(7) var<storage, read_write> clean: array<f32>;
@group(0) @binding(8) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * p.row + id.x;
  if (i >= p.count) {
    return;
  }
  let side = p.patch_side * p.grid;
  let column = i % side;
  let line = (i / side) % side;
  let channel = (i / (side * side)) % p.channels;
  let state = i / (side * side * p.channels);
  let token = (state * p.grid + line / p.patch_side) * p.grid + column / p.patch_side;
  let element = ((line % p.patch_side) * p.patch_side + column % p.patch_side) * p.channels + channel;

  var v = tokens[token * p.columns + element];
  if (p.guiding > 0u) {
    let guide = tokens[(p.guiding + token) * p.columns + element];
    v = guide + stage.guidance * (v - guide);
  }
  // What a solver has no use for may be left over from an overflowed run, and 0 · NaN is NaN.
  var value = stage.base * x[i] + stage.velocity * v;
  if (stage.previous != 0.0) {
    value += stage.previous * previous[i];
  }
  if (stage.noise != 0.0) {
    value += stage.noise * noise[i];
  }
  next[i] = value;
  velocity[i] = v;
  clean[i] = asked[i] - stage.t * v;
}
