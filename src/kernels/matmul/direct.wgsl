// The product without workgroup memory or subgroups. An invocation makes ROWS rows by 4·COLUMNS columns and keeps
// the sums in registers. 16 invocations side by side read the same rows of A, 4 above each other the same rows of W;
// both come straight from storage through the caches, so the loop has no barrier.

@compute @workgroup_size(16, 4)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let tile = tile_rows(workgroup.y * 4u + local.y, ROWS);
  let n4 = (workgroup.x * 16u + local.x) * COLUMNS;
  if (tile.first >= tile.end || n4 >= p.n4) {
    return;
  }
  let line = modulation_line(tile.image);

  #for r < ROWS
  let start#r = row_of(p.a_rows, min(tile.first + #ru, tile.end - 1u)) * p.k4;
  let centre#r = centre_of(start#r);
  var moment#r = vec2f(0.0);
  #for c < COLUMNS
  var sum#r_#c = vec4f(0.0);
  #end
  #end
  #for c < COLUMNS
  var weight_sum#c = vec4f(0.0);
  var shift_sum#c = vec4f(0.0);
  let column#c = 4u * min(n4 + #cu, p.n4 - 1u) * p.k4;
  #end
  for (var k = 0u; k < p.k4; k++) {
    var scale = vec4f(1.0);
    var shift = vec4f(0.0);
    if (NORMALIZE) {
      scale += modulation[line + p.scale4 + k];
      shift = modulation[line + p.shift4 + k];
    }
    #for c < COLUMNS
    var w#c = mat4x4f(
      weight4(column#c + k),
      weight4(column#c + p.k4 + k),
      weight4(column#c + 2u * p.k4 + k),
      weight4(column#c + 3u * p.k4 + k),
    );
    if (NORMALIZE) {
      shift_sum#c += shift * w#c;
      w#c = mat4x4f(scale * w#c[0], scale * w#c[1], scale * w#c[2], scale * w#c[3]);
      weight_sum#c += vec4f(1.0) * w#c;
    }
    #end
    #for r < ROWS
    let x#r = load(start#r + k, centre#r);
    #for c < COLUMNS
    sum#r_#c += x#r * w#c;
    #end
    if (NORMALIZE) {
      moment#r += moments(x#r);
    }
    #end
  }

  // Once a row, so an index costs nothing here.
  var row_moments: array<vec2f, ROWS>;
  #for r < ROWS
  row_moments[#r] = moment#r;
  #end
  var sums: array<vec4f, ROWS>;
  #for c < COLUMNS
  #for r < ROWS
  sums[#r] = sum#r_#c;
  #end
  if (n4 + #cu < p.n4) {
    for (var r = 0u; r < min(ROWS, tile.end - tile.first); r++) {
      var sum = sums[r];
      if (NORMALIZE) {
        sum = normalized(sum, row_moments[r], weight_sum#c, shift_sum#c);
      }
      finish(tile.first + r, n4 + #cu, line, sum);
    }
  }
  #end
}
