// 3×3 convolution with pixels shared inside a quad (four neighbouring invocations of a subgroup): for adapters that pay
// for every load, as software ones do. A quad makes 8 pixels of a line by 16 channels, each lane 4 of the channels. For
// each line of the kernel and 4 input channels a lane reads 3 pixels, gets the other 7 from its neighbours by
// quadBroadcast, and reads 12 vec4s of weights: 15 loads for 384 multiply-adds, where direct.wgsl has 22.
// Operands and result are those of direct.wgsl.

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let quad = (id.y * p.row + id.x) / 4u;
  if (quad >= p.count) {
    return; // a whole quad at a time
  }
  let lane = id.x & 3u;
  let quads = (p.out4 + 3u) / 4u;
  let wanted4 = 4u * (quad % quads) + lane;
  let channel4 = min(wanted4, p.out4 - 1u); // a lane without channels lends its loads
  let tiles = (p.width + TILE - 1u) / TILE;
  let y = quad / quads / tiles;
  let x = (quad / quads % tiles) * TILE;

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
    let at0 = pixel_at(y + ky, x + lane);
    let at1 = pixel_at(y + ky, x + 4u + lane);
    let at2 = pixel_at(y + ky, x + 8u + (lane & 1u));
    for (var k = 0u; k < p.in4; k++) {
      let mine0 = map[at0 + k];
      let mine1 = map[at1 + k];
      let mine2 = map[at2 + k];
      let x0 = quadBroadcast(mine0, 0u);
      let x1 = quadBroadcast(mine0, 1u);
      let x2 = quadBroadcast(mine0, 2u);
      let x3 = quadBroadcast(mine0, 3u);
      let x4 = quadBroadcast(mine1, 0u);
      let x5 = quadBroadcast(mine1, 1u);
      let x6 = quadBroadcast(mine1, 2u);
      let x7 = quadBroadcast(mine1, 3u);
      let x8 = quadBroadcast(mine2, 0u);
      let x9 = quadBroadcast(mine2, 1u);

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
  if (wanted4 >= p.out4) {
    return;
  }
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
