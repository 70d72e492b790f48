// `quad` in float16: a quad makes 4·QUADS rows by 16·COLUMNS columns. Each lane prepares one row in four for all, so
// that LayerNorm and rounding are paid once for 16·COLUMNS columns, and what goes between lanes is half as wide. The
// weights of a run are in registers while the rows go by.

@compute @workgroup_size(32)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let tile = tile_rows(workgroup.y, ROWS);
  let lane = local.x & 3u;
  let first4 = (workgroup.x * 32u + local.x - lane) * COLUMNS; // the quad's first column / 4
  if (tile.first >= tile.end || first4 >= p.n4) {
    return; // a whole quad at a time
  }
  let line = modulation_line(tile.image);

  #for i < QUADS
  let start#i = row_of(p.a_rows, min(tile.first + 4u * #iu + lane, tile.end - 1u)) * p.k4;
  let norm#i = norm_of(start#i);
  #for b < 4
  #for c < COLUMNS
  var sum#i_#b_#c = vec4f(0.0);
  #end
  #end
  #end
  #for c < COLUMNS
  let column#c = 4u * min(first4 + 4u * #cu + lane, p.n4 - 1u) * p.k4;
  #end
  for (var k = 0u; k < p.k4; k += RUN) {
    #for j < 4
    let k#j = min(k + #ju, p.k4 - 1u);
    let scale#j = scale_at(line, k#j);
    let shift#j = shift_at(line, k#j);
    #for c < COLUMNS
    #for n < 4
    let w#c_#n_#j = weights[column#c + #nu * p.k4 + k#j];
    #end
    #end
    #end
    #for i < QUADS
    #for j < 4
    let x#i_#j = select(vec4f(0.0), prepared(a[start#i + k#j], norm#i, scale#j, shift#j), k + #ju < p.k4);
    #end
    let unit#i = unit_of(x#i_0, x#i_1, x#i_2, x#i_3);
    #for j < 4
    let mine#i_#j = vec4<f16>(x#i_#j * (1.0 / unit#i));
    #end
    #for b < 4
    let unit#i_#b = quadBroadcast(unit#i, #bu);
    #for j < 4
    let h#i_#b_#j = quadBroadcast(mine#i_#j, #bu);
    #end
    #for c < COLUMNS
    #for n < 4
    let part#i_#b_#c_#n =
      h#i_#b_0 * w#c_#n_0 + h#i_#b_1 * w#c_#n_1 + h#i_#b_2 * w#c_#n_2 + h#i_#b_3 * w#c_#n_3;
    #end
    sum#i_#b_#c += unit#i_#b
      * vec4f(total(part#i_#b_#c_0), total(part#i_#b_#c_1), total(part#i_#b_#c_2), total(part#i_#b_#c_3));
    #end
    #end
    #end
  }

  // Once a row, so an index costs nothing here.
  var sums: array<vec4f, ROWS>;
  #for c < COLUMNS
  #for i < QUADS
  #for b < 4
  sums[4 * #i + #b] = sum#i_#b_#c;
  #end
  #end
  if (first4 + 4u * #cu + lane < p.n4) {
    for (var r = 0u; r < min(ROWS, tile.end - tile.first); r++) {
      finish(tile.first + r, first4 + 4u * #cu + lane, line, sums[r]);
    }
  }
  #end
}
