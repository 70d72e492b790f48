// What both ways to compute a 3×3 convolution work on.

struct Params {
  height: u32,
  width: u32,
  in4: u32,      // input channels / 4
  out4: u32,     // output channels / 4
  count: u32,    // tiles · out4, or quads that have work
  row: u32,      // invocations in one row of the 2-D dispatch
  residual: u32, // 1: add the residual
}

@group(0) @binding(0) var<storage, read> map: array<vec4f>;
@group(0) @binding(1) var<storage, read> weights: array<vec4f>; // [3, in4, 3, 4, out4]: one output's 4 inputs each
@group(0) @binding(2) var<storage, read> bias: array<vec4f>;
@group(0) @binding(3) var<storage, read> residual: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(5) var<uniform> p: Params;

const TILE = 8u; // pixels of a line

// Where a pixel starts; pixel 0 for those outside. `line` and `column` count from 1, and 0 - 1 wraps to a large number.
fn pixel_at(line: u32, column: u32) -> u32 {
  let inside = (line - 1u < p.height) & (column - 1u < p.width);
  return select(0u, (line - 1u) * p.width + column, inside) * p.in4;
}

fn products(x: vec4f, w0: vec4f, w1: vec4f, w2: vec4f, w3: vec4f) -> vec4f {
  return vec4f(dot(x, w0), dot(x, w1), dot(x, w2), dot(x, w3));
}

