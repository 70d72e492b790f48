// Cuts the raster of tokens into windows and adds position embeddings: P for Read, and P + write.pos_embed for
// Write's queries, whose residual it also is. One invocation a vec4 of the grouped order.

struct Params {
  count4: u32,
  width4: u32,
  grid: u32,
  window: u32,
  row4: u32, // invocations in one row of the 2-D dispatch
}

@group(0) @binding(0) var<storage, read> tokens: array<vec4f>;
@group(0) @binding(1) var<storage, read> read_pos_embed: array<vec4f>;
@group(0) @binding(2) var<storage, read> write_pos_embed: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> read_patches: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> write_patches: array<vec4f>;
@group(0) @binding(5) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * p.row4 + id.x;
  if (i >= p.count4) {
    return;
  }
  let n = p.window * p.window;
  let tokens_per_image = p.grid * p.grid;
  let windows = p.grid / p.window;
  let column = i % p.width4;
  let row = i / p.width4;
  let place = row % tokens_per_image;
  let group = place / n;
  let slot = place % n;
  let r = (group / windows) * p.window + slot / p.window;
  let c = (group % windows) * p.window + slot % p.window;
  let raster = (row / tokens_per_image) * tokens_per_image + r * p.grid + c;
  let patch_value = tokens[raster * p.width4 + column] + read_pos_embed[slot * p.width4 + column];
  read_patches[i] = patch_value;
  write_patches[i] = patch_value + write_pos_embed[slot * p.width4 + column];
}
