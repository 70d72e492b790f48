// Cuts images [S, C, p·g, p·g] into rows of patches [B·T, C·p·p] (padded to whole vec4s with zeros), in the order
// of the patch embedding's weights. Image b of the batch reads state b mod S: guidance asks twice about one state.
// One invocation a value.

struct Params {
  count: u32,
  columns: u32,   // padded length of a patch row
  channels: u32,
  patch_side: u32,
  grid: u32,
  states: u32,
  row: u32,       // invocations in one row of the 2-D dispatch
}

@group(0) @binding(0) var<storage, read> image: array<f32>;
@group(0) @binding(1) var<storage, read_write> patches: array<f32>;
@group(0) @binding(2) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * p.row + id.x;
  if (i >= p.count) {
    return;
  }
  let element = i % p.columns;
  let token = i / p.columns;
  let area = p.patch_side * p.patch_side;
  let channel = element / area;
  if (channel >= p.channels) {
    patches[i] = 0.0;
    return;
  }
  let tokens_per_image = p.grid * p.grid;
  let state = (token / tokens_per_image) % p.states;
  let place = token % tokens_per_image;
  let side = p.patch_side * p.grid;
  let y = (place / p.grid) * p.patch_side + (element % area) / p.patch_side;
  let x = (place % p.grid) * p.patch_side + element % p.patch_side;
  patches[i] = image[((state * p.channels + channel) * side + y) * side + x];
}
