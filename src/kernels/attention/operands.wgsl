// What all kernels of this folder share, and ../attention-map: softmax attention with an online maximum and sum, so
// that no score matrix is stored. It serves the blocks (all kept latents or tokens of an image) and Read and Write (inside one group): a
// "sequence" is an image or a group. `out`, at binding 3, and `main` are in the file of the
// algorithm.
// Read and Write normalise queries and keys by their RMS over the full width D (eps outside the root) before the
// heads are split; the norm of a row is one number, so it is taken here and multiplied into the scores.
// Attention is float32 in every tier: blocks do not normalise, logits of hundreds occur, and float16 has them to a
// tenth, which is as much in a weight; of a forward's arithmetic it is the small part.

struct Params {
  queries: u32,            // in a sequence
  keys: u32,
  query_rows: u32,         // rows from one sequence's queries to the next's; 0: all share them
  query_stride4: u32,
  key_stride4: u32,
  key4: u32,               // where keys and values start in a row / 4
  value4: u32,
  out_stride4: u32,
  width4: u32,             // D / 4
  scale: f32,              // d^-1/2
}

@group(0) @binding(0) var<storage, read> query: array<vec4f>;
@group(0) @binding(1) var<storage, read> key_value: array<vec4f>;
@group(0) @binding(2) var<storage, read> channel_scale: array<vec4f>; // q_scale · k_scale, with either norm
@group(0) @binding(4) var<uniform> p: Params;

override NORMALIZE_QUERIES: bool = false;
override NORMALIZE_KEYS: bool = false;

const RMS_EPSILON = 1e-5;
const LOWEST = -3.0e38;

fn inverse_rms(square_sum: f32) -> f32 {
  return 1.0 / (sqrt(square_sum / f32(4u * p.width4)) + RMS_EPSILON);
}
