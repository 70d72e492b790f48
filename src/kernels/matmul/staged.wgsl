// The product through workgroup memory, for GPUs whose barriers cost next to nothing. 8×8 invocations make ROWS by
// 32·COLUMNS results, each ROWS/8 by 4·COLUMNS of them, and go through k in slices of 16: a slice of both operands is
// staged once for all of them. The slice after it is on its way from storage meanwhile.
//
// Counted for a slice, an invocation, and the largest tiles: `staged 64×64` reads 8 vec4s from storage for 1024
// multiply-adds, 8 a byte; `direct 8×8` reads 64 for as many, 1 a byte; `quad 16×16`, 32, 2 a byte. Caches may serve
// what direct and quad read again, at their own rate; workgroup memory has to serve 1 byte a multiply-add here
// (16 vec4s for 256), most of it the same for several lanes.
//
// A staged tile is [k / 4][row], so that lanes side by side read vec4s side by side. A line has two vec4s more than
// rows: lanes that store four ks of two rows then meet eight different groups of banks. Loads are coalesced: four lanes
// read 16 ks of one row. What a prologue does to an operand is done once, when it is staged, and so is unpacking; the
// sums that normalisation needs are taken by who stages, and added up at the end where the tiles were.

const WIDTH = 32u * COLUMNS;
const RESULTS = ROWS / 8u;
const ROWS_LINE = ROWS + 2u;
const WIDTH_LINE = WIDTH + 2u;

var<workgroup> a_tile: array<vec4f, 4u * ROWS_LINE>;
var<workgroup> w_tile: array<vec4f, 4u * WIDTH_LINE>; // columns in the order of `column_at`

// Invocation x owns vec4s x, x + 8, … of columns; its columns are 8 places apart, next to those of its neighbours.
fn column_at(place: u32) -> u32 {
  return (place / 32u) * 32u + (place % 8u) * 4u + (place / 8u) % 4u;
}

fn row_moments(row: u32) -> vec2f {
  let at = a_tile[row] + a_tile[ROWS_LINE + row] + a_tile[2u * ROWS_LINE + row] + a_tile[3u * ROWS_LINE + row];
  return at.xy;
}

// Σw and Σ shift·w of the column at a place.
fn column_sums(place: u32) -> vec2f {
  let lower = w_tile[place] + w_tile[WIDTH_LINE + place];
  let upper = w_tile[2u * WIDTH_LINE + place] + w_tile[3u * WIDTH_LINE + place];
  return (lower + upper).xy;
}

@compute @workgroup_size(8, 8)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(local_invocation_id) local: vec3u,
  @builtin(local_invocation_index) index: u32,
) {
  let tile = tile_rows(workgroup.y, ROWS);
  let line = modulation_line(tile.image);
  let first4 = workgroup.x * (WIDTH / 4u); // the tile's first column / 4

  // Stages vec4 `lane` of a slice, of every 16th row and column.
  let lane = index % 4u;
  let place = index / 4u;
  #for i < A_LOADS
  let start#i = row_of(p.a_rows, min(tile.first + place + 16u * #iu, tile.end - 1u)) * p.k4;
  let centre#i = centre_of(start#i);
  var moment#i = vec2f(0.0);
  #end
  #for i < W_LOADS
  let column#i = min(4u * first4 + column_at(place + 16u * #iu), 4u * p.n4 - 1u) * p.k4;
  var column_sum#i = vec2f(0.0);
  #end
  #for r < RESULTS
  #for c < COLUMNS
  var sum#r_#c = vec4f(0.0);
  #end
  #end

  let slices = (p.k4 + 3u) / 4u;
  for (var slice = 0u; slice <= slices; slice++) {
    // This slice is loaded while the one before it is multiplied; behind the last, everything is zero.
    let k = 4u * slice + lane;
    var scale = vec4f(0.0);
    var shift = vec4f(0.0);
    #for i < A_LOADS
    var x#i = vec4f(centre#i);
    #end
    #for i < W_LOADS
    var stored#i = Stored();
    #end
    if (k < p.k4) {
      #for i < A_LOADS
      x#i = a[start#i + k];
      #end
      #for i < W_LOADS
      stored#i = weights[column#i + k];
      #end
      if (NORMALIZE) {
        scale = modulation[line + p.scale4 + k];
        shift = modulation[line + p.shift4 + k];
      }
    }

    if (slice > 0u) {
      for (var j = 0u; j < 4u; j++) {
        let a_at = j * ROWS_LINE + local.y;
        let w_at = j * WIDTH_LINE + local.x;
        #for c < COLUMNS
        let w#c = mat4x4f(
          w_tile[w_at + 32u * #cu],
          w_tile[w_at + 32u * #cu + 8u],
          w_tile[w_at + 32u * #cu + 16u],
          w_tile[w_at + 32u * #cu + 24u],
        );
        #end
        #for r < RESULTS
        let y#r = a_tile[a_at + 8u * #ru];
        #for c < COLUMNS
        sum#r_#c += y#r * w#c;
        #end
        #end
      }
    }

    workgroupBarrier();
    #for i < A_LOADS
    x#i = prologue(x#i, centre#i);
    a_tile[lane * ROWS_LINE + place + 16u * #iu] = x#i;
    #end
    #for i < W_LOADS
    var w#i = unpacked(stored#i);
    #end
    if (NORMALIZE) {
      #for i < A_LOADS
      moment#i += moments(x#i);
      #end
      #for i < W_LOADS
      let shifted#i = dot(shift, w#i);
      w#i += scale * w#i;
      column_sum#i += vec2f(dot(vec4f(1.0), w#i), shifted#i);
      #end
    }
    #for i < W_LOADS
    w_tile[lane * WIDTH_LINE + place + 16u * #iu] = w#i;
    #end
    workgroupBarrier();
  }

  if (NORMALIZE) {
    #for i < A_LOADS
    a_tile[lane * ROWS_LINE + place + 16u * #iu] = vec4f(moment#i, 0.0, 0.0);
    #end
    #for i < W_LOADS
    w_tile[lane * WIDTH_LINE + place + 16u * #iu] = vec4f(column_sum#i, 0.0, 0.0);
    #end
    workgroupBarrier();
  }

  // Once a row, so an index costs nothing here.
  var sums: array<vec4f, RESULTS>;
  #for c < COLUMNS
  #for r < RESULTS
  sums[#r] = sum#r_#c;
  #end
  if (first4 + 8u * #cu + local.x < p.n4) {
    var of_columns = mat4x2f();
    if (NORMALIZE) {
      let at = 32u * #cu + local.x;
      of_columns = mat4x2f(column_sums(at), column_sums(at + 8u), column_sums(at + 16u), column_sums(at + 24u));
    }
    for (var r = 0u; r < RESULTS; r++) {
      let row = local.y + 8u * r;
      if (tile.first + row >= tile.end) {
        break;
      }
      var sum = sums[r];
      if (NORMALIZE) {
        let columns = transpose(of_columns);
        sum = normalized(sum, row_moments(row), columns[0], columns[1]);
      }
      finish(tile.first + row, first4 + 8u * #cu + local.x, line, sum);
    }
  }
  #end
}
