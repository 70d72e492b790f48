// 3×3 convolution, stride 1, zeros around the picture: out = conv(in) + bias [+ residual]. Feature maps are
// [1 + H·W, C] with a pixel of zeros in front, which stands for everything outside the picture: no branch in the loop.
// An invocation makes 8 pixels of a line by 4 channels and keeps the sums in registers, written out one by one because
// arrays indexed in a loop leave the registers on several drivers. For each line of the kernel and 4 input channels it
// reads 10 pixels and 12 vec4s of weights for 384 multiply-adds. Neighbouring invocations make neighbouring channels:
// they share the pixels and read adjacent weights. All comes straight from storage through the caches, without barriers.
// Conditions are joined with &: each && is a branch, and software adapters take ten times as long to compile them.

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * p.row + id.x;
  if (i >= p.count) {
    return;
  }
  let channel4 = i % p.out4;
  let tiles = (p.width + TILE - 1u) / TILE;
  let y = i / p.out4 / tiles;
  let x = (i / p.out4 % tiles) * TILE;

  var sum0 = bias[channel4];
  var sum1 = sum0;
  var sum2 = sum0;
  var sum3 = sum0;
  var sum4 = sum0;
  var sum5 = sum0;
  var sum6 = sum0;
  var sum7 = sum0;
  var w = channel4;
  for (var ky = 0u; ky < 3u; ky++) {
    let at0 = pixel_at(y + ky, x);
    let at1 = pixel_at(y + ky, x + 1u);
    let at2 = pixel_at(y + ky, x + 2u);
    let at3 = pixel_at(y + ky, x + 3u);
    let at4 = pixel_at(y + ky, x + 4u);
    let at5 = pixel_at(y + ky, x + 5u);
    let at6 = pixel_at(y + ky, x + 6u);
    let at7 = pixel_at(y + ky, x + 7u);
    let at8 = pixel_at(y + ky, x + 8u);
    let at9 = pixel_at(y + ky, x + 9u);
    for (var k = 0u; k < p.in4; k++) {
      let x0 = map[at0 + k];
      let x1 = map[at1 + k];
      let x2 = map[at2 + k];
      let x3 = map[at3 + k];
      let x4 = map[at4 + k];
      let x5 = map[at5 + k];
      let x6 = map[at6 + k];
      let x7 = map[at7 + k];
      let x8 = map[at8 + k];
      let x9 = map[at9 + k];

      let l0 = weights[w];
      let l1 = weights[w + p.out4];
      let l2 = weights[w + 2u * p.out4];
      let l3 = weights[w + 3u * p.out4];
      sum0 += products(x0, l0, l1, l2, l3);
      sum1 += products(x1, l0, l1, l2, l3);
      sum2 += products(x2, l0, l1, l2, l3);
      sum3 += products(x3, l0, l1, l2, l3);
      sum4 += products(x4, l0, l1, l2, l3);
      sum5 += products(x5, l0, l1, l2, l3);
      sum6 += products(x6, l0, l1, l2, l3);
      sum7 += products(x7, l0, l1, l2, l3);

      let m0 = weights[w + 4u * p.out4];
      let m1 = weights[w + 5u * p.out4];
      let m2 = weights[w + 6u * p.out4];
      let m3 = weights[w + 7u * p.out4];
      sum0 += products(x1, m0, m1, m2, m3);
      sum1 += products(x2, m0, m1, m2, m3);
      sum2 += products(x3, m0, m1, m2, m3);
      sum3 += products(x4, m0, m1, m2, m3);
      sum4 += products(x5, m0, m1, m2, m3);
      sum5 += products(x6, m0, m1, m2, m3);
      sum6 += products(x7, m0, m1, m2, m3);
      sum7 += products(x8, m0, m1, m2, m3);

      let r0 = weights[w + 8u * p.out4];
      let r1 = weights[w + 9u * p.out4];
      let r2 = weights[w + 10u * p.out4];
      let r3 = weights[w + 11u * p.out4];
      sum0 += products(x2, r0, r1, r2, r3);
      sum1 += products(x3, r0, r1, r2, r3);
      sum2 += products(x4, r0, r1, r2, r3);
      sum3 += products(x5, r0, r1, r2, r3);
      sum4 += products(x6, r0, r1, r2, r3);
      sum5 += products(x7, r0, r1, r2, r3);
      sum6 += products(x8, r0, r1, r2, r3);
      sum7 += products(x9, r0, r1, r2, r3);
      w += 12u * p.out4;
    }
  }

  // Once a tile, so the index costs nothing here.
  let sums = array<vec4f, TILE>(sum0, sum1, sum2, sum3, sum4, sum5, sum6, sum7);
  let first = (1u + y * p.width + x) * p.out4 + channel4;
  for (var t = 0u; t < min(TILE, p.width - x); t++) {
    let place = first + t * p.out4;
    var value = sums[t];
    if (p.residual == 1u) {
      value += residual[place];
    }
    out[place] = value;
  }
}
