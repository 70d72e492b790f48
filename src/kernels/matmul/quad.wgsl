// The product with registers shared inside a quad (four neighbouring invocations of a subgroup, so any subgroup size
// will do). A quad makes 4·QUADS rows by 16·COLUMNS columns: each of its lanes loads one row in four of A, gets the
// others from its neighbours by quadBroadcast, and sums 4·COLUMNS columns of its own. That is QUADS + 4·COLUMNS loads
// for 64·QUADS·COLUMNS multiply-adds, a quarter of the loads of A of `direct`, and still no barrier.
// Quads are taken to be four consecutive local_invocation_index, as they are on every driver known; what is checked
// when a device is opened would show otherwise.

@compute @workgroup_size(32)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let tile = tile_rows(workgroup.y, ROWS);
  let lane = local.x & 3u;
  let first4 = (workgroup.x * 32u + local.x - lane) * COLUMNS; // the quad's first column / 4
  if (tile.first >= tile.end || first4 >= p.n4) {
    return; // a whole quad at a time
  }
  let line = modulation_line(tile.image);
  let modulation_at = line + select(p.scale4, p.shift4, lane == 1u);

  #for i < QUADS
  let start#i = row_of(p.a_rows, min(tile.first + 4u * #iu + lane, tile.end - 1u)) * p.k4;
  let centre#i = centre_of(start#i);
  var moment#i = vec2f(0.0);
  #for b < 4
  #for c < COLUMNS
  var sum#i_#b_#c = vec4f(0.0);
  #end
  #end
  #end
  #for c < COLUMNS
  var weight_sum#c = vec4f(0.0);
  var shift_sum#c = vec4f(0.0);
  let column#c = 4u * min(first4 + 4u * #cu + lane, p.n4 - 1u) * p.k4;
  #end
  for (var k = 0u; k < p.k4; k++) {
    #for c < COLUMNS
    var w#c = mat4x4f(
      weight4(column#c + k),
      weight4(column#c + p.k4 + k),
      weight4(column#c + 2u * p.k4 + k),
      weight4(column#c + 3u * p.k4 + k),
    );
    #end
    if (NORMALIZE) {
      let mine = modulation[modulation_at + k]; // lane 0 has the scale, lane 1 the shift
      let scale = 1.0 + quadBroadcast(mine, 0u);
      let shift = quadBroadcast(mine, 1u);
      #for c < COLUMNS
      shift_sum#c += shift * w#c;
      w#c = mat4x4f(scale * w#c[0], scale * w#c[1], scale * w#c[2], scale * w#c[3]);
      weight_sum#c += vec4f(1.0) * w#c;
      #end
    }
    #for i < QUADS
    let x#i = load(start#i + k, centre#i);
    if (NORMALIZE) {
      moment#i += moments(x#i);
    }
    #for b < 4
    let x#i_#b = quadBroadcast(x#i, #bu);
    #for c < COLUMNS
    sum#i_#b_#c += x#i_#b * w#c;
    #end
    #end
    #end
  }

  // Once a row, so an index costs nothing here.
  var row_moments: array<vec2f, ROWS>;
  #for i < QUADS
  #for b < 4
  row_moments[4 * #i + #b] = quadBroadcast(moment#i, #bu);
  #end
  #end
  var sums: array<vec4f, ROWS>;
  #for c < COLUMNS
  #for i < QUADS
  #for b < 4
  sums[4 * #i + #b] = sum#i_#b_#c;
  #end
  #end
  if (first4 + 4u * #cu + lane < p.n4) {
    for (var r = 0u; r < min(ROWS, tile.end - tile.first); r++) {
      var sum = sums[r];
      if (NORMALIZE) {
        sum = normalized(sum, row_moments[r], weight_sum#c, shift_sum#c);
      }
      finish(tile.first + r, first4 + 4u * #cu + lane, line, sum);
    }
  }
  #end
}
