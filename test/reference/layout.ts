import { type Matrix, matrix, pickRows, rowOf, stack } from './ops.ts';

/** Where tokens and latents lie. All row orders below hold for every image of a batch in turn. */

/**
 * An image batch [B, C, p·g, p·g] as rows of patches [B·g², C·p²]: row (i, j) holds channel by channel the p×p pixels
 * of its patch, the order of a convolution's weight [D, C, p, p].
 */
export function patchify(image: ArrayLike<number>, channels: number, grid: number, patch: number): Matrix {
  const side = grid * patch;
  const rows = matrix(image.length / (channels * patch * patch), channels * patch * patch);
  eachPixel(image.length, channels, side, ({ b, ch, row, col, index }) => {
    const token = b * grid * grid + Math.floor(row / patch) * grid + Math.floor(col / patch);
    const place = (ch * patch + (row % patch)) * patch + (col % patch);
    rows.data[token * rows.cols + place] = image[index]!;
  });
  return rows;
}

/** The other way, from [B·g², p²·C]: element (a, b, ch) of token (i, j) is channel ch, row i·p+a, column j·p+b. */
export function unpatchify(tokens: Matrix, channels: number, grid: number, patch: number): Float64Array {
  const image = new Float64Array(tokens.data.length);
  eachPixel(image.length, channels, grid * patch, ({ b, ch, row, col, index }) => {
    const token = b * grid * grid + Math.floor(row / patch) * grid + Math.floor(col / patch);
    const element = ((row % patch) * patch + (col % patch)) * channels + ch;
    image[index] = tokens.data[token * tokens.cols + element]!;
  });
  return image;
}

/** The raster place of every token of one image, in the order of groups: windows in raster order, raster inside. */
export function groupedPlaces(grid: number, window: number): number[] {
  const places: number[] = [];
  for (let top = 0; top < grid; top += window) {
    for (let left = 0; left < grid; left += window) {
      for (let slot = 0; slot < window * window; slot++) {
        places.push((top + Math.floor(slot / window)) * grid + left + (slot % window));
      }
    }
  }
  return places;
}

/** Raster rows [B·T, D] as groups [B·G·n, D]. */
export function group(tokens: Matrix, grid: number, window: number): Matrix {
  return pickRows(tokens, ofEveryImage(groupedPlaces(grid, window), tokens.rows));
}

/** Groups [B·G·n, D] as raster rows [B·T, D]. */
export function ungroup(latents: Matrix, grid: number, window: number): Matrix {
  const places = groupedPlaces(grid, window);
  const inverse = places.map((_, place) => places.indexOf(place));
  return pickRows(latents, ofEveryImage(inverse, latents.rows));
}

/** The first k of every n rows: the latents that a budget keeps. */
export function dropTail(latents: Matrix, n: number, k: number): Matrix {
  const kept = Array.from({ length: latents.rows }, (_, r) => r).filter((r) => r % n < k);
  return pickRows(latents, kept);
}

/** [kept(k), full(n - k)] of every group: the dropped latents come back with the value they had in `full`. */
export function refill(kept: Matrix, full: Matrix, n: number, k: number): Matrix {
  const rows = Array.from({ length: full.rows }, (_, r) => {
    const slot = r % n;
    return slot < k ? rowOf(kept, Math.floor(r / n) * k + slot) : rowOf(full, r);
  });
  return stack(rows, full.cols);
}

/** Kept latents [B·G·k, D] in the order of their raster places, as the recorded core_in and core_out list them. */
export function keptInRasterOrder(kept: Matrix, grid: number, window: number, k: number): Matrix {
  const places = groupedPlaces(grid, window).filter((_, r) => r % (window * window) < k);
  const order = [...places.keys()].sort((a, b) => places[a]! - places[b]!);
  return pickRows(kept, ofEveryImage(order, kept.rows));
}

function ofEveryImage(order: readonly number[], rows: number): number[] {
  return Array.from({ length: rows }, (_, r) => r - (r % order.length) + order[r % order.length]!);
}

interface Pixel {
  readonly b: number;
  readonly ch: number;
  readonly row: number;
  readonly col: number;
  /** Place in [B, C, side, side]. */
  readonly index: number;
}

function eachPixel(length: number, channels: number, side: number, visit: (pixel: Pixel) => void): void {
  for (let index = 0; index < length; index++) {
    const plane = Math.floor(index / (side * side));
    const row = Math.floor(index / side) % side;
    visit({ b: Math.floor(plane / channels), ch: plane % channels, row, col: index % side, index });
  }
}
