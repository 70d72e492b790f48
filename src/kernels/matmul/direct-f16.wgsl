// `direct` in float16: an invocation makes ROWS rows by 4·COLUMNS columns, 16 side by side on the same rows, 4 above
// each other on the same columns. The weights of a run are in registers while the rows go by; every invocation prepares
// the rows for itself.

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
  let norm#r = norm_of(start#r);
  #for c < COLUMNS
  var sum#r_#c = vec4f(0.0);
  #end
  #end
  #for c < COLUMNS
  let column#c = 4u * min(n4 + #cu, p.n4 - 1u) * p.k4;
  #end
  for (var k = 0u; k < p.k4; k += RUN) {
    #for j < 4
    let k#j = min(k + #ju, p.k4 - 1u);
    let scale#j = scale_at(line, k#j);
    let shift#j = shift_at(line, k#j);
    #for c < COLUMNS
    #for i < 4
    let w#c_#i_#j = weights[column#c + #iu * p.k4 + k#j];
    #end
    #end
    #end
    #for r < ROWS
    #for j < 4
    let x#r_#j = select(vec4f(0.0), prepared(a[start#r + k#j], norm#r, scale#j, shift#j), k + #ju < p.k4);
    #end
    let unit#r = unit_of(x#r_0, x#r_1, x#r_2, x#r_3);
    #for j < 4
    let h#r_#j = vec4<f16>(x#r_#j * (1.0 / unit#r));
    #end
    #for c < COLUMNS
    #for i < 4
    let part#r_#c_#i = h#r_0 * w#c_#i_0 + h#r_1 * w#c_#i_1 + h#r_2 * w#c_#i_2 + h#r_3 * w#c_#i_3;
    #end
    sum#r_#c += unit#r * vec4f(total(part#r_#c_0), total(part#r_#c_1), total(part#r_#c_2), total(part#r_#c_3));
    #end
    #end
  }

  // Once a row, so an index costs nothing here.
  var sums: array<vec4f, ROWS>;
  #for c < COLUMNS
  #for r < ROWS
  sums[#r] = sum#r_#c;
  #end
  if (n4 + #cu < p.n4) {
    for (var r = 0u; r < min(ROWS, tile.end - tile.first); r++) {
      finish(tile.first + r, n4 + #cu, line, sums[r]);
    }
  }
  #end
}
