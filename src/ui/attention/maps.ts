import type { AttentionMaps, AttentionRequest } from '../../generator/attention.ts';
import type { Settings } from '../../generator/types.ts';

/** A place of the raster, counted from 0. */
export interface Place {
  readonly row: number;
  readonly column: number;
}

/** Steps looked at, at most: enough to see how a map changes, and few enough to keep. */
const MOST_STEPS = 24;

/** Some of 1 .. steps, evenly spaced, the first and the last among them. */
export function stepsToShow(steps: number): number[] {
  const count = Math.min(steps, MOST_STEPS);
  if (count === 1) return [1];
  return Array.from({ length: count }, (_, i) => 1 + Math.round((i * (steps - 1)) / (count - 1)));
}

/** What has to be asked to see how a picture was drawn; `noise` is what it started from where that was no seed. */
export function requestFor({ seed, ...settings }: Settings, noise: Float32Array | null): AttentionRequest {
  const at = stepsToShow(settings.steps);
  if (seed !== null) return { ...settings, seed, at };
  return noise === null ? { ...settings, at } : { ...settings, noise, at };
}

/** Latents of a group, and places of one: n. */
export function groupSize({ window }: AttentionMaps): number {
  return window * window;
}

/** The group of a place, and its number in the group; see the order in `AttentionMaps`. */
function slotOf({ grid, window }: AttentionMaps, { row, column }: Place): { group: number; slot: number } {
  return {
    group: Math.floor(row / window) * (grid / window) + Math.floor(column / window),
    slot: (row % window) * window + (column % window),
  };
}

/**
 * How much of each place Read puts into latent `first`, or on average into those from `first` up to before `end`, at
 * the step number `index` of those looked at: the raster [grid · grid]. Inside a window the shares sum to 1.
 */
export function readShares(maps: AttentionMaps, index: number, first: number, end = first + 1): Float32Array {
  const { grid, read } = maps;
  const n = groupSize(maps);
  const shares = new Float32Array(grid * grid);
  for (let place = 0; place < shares.length; place++) {
    const { group, slot } = slotOf(maps, { row: Math.floor(place / grid), column: place % grid });
    const from = index * grid * grid * n + group * n * n;
    let sum = 0;
    for (let latent = first; latent < end; latent++) sum += read[from + latent * n + slot] ?? 0;
    shares[place] = sum / (end - first);
  }
  return shares;
}

/** How much of each latent Write puts into a place: [n], in sum 1. */
export function writeShares(maps: AttentionMaps, index: number, place: Place): Float32Array {
  const n = groupSize(maps);
  const { group, slot } = slotOf(maps, place);
  const from = index * maps.grid ** 2 * n + (group * n + slot) * n;
  return maps.write.subarray(from, from + n);
}

/** The largest share of these latents at any step: where the colours end, so that steps can be compared. */
export function highestShare(maps: AttentionMaps, first: number, end: number): number {
  return Math.max(
    ...maps.steps.map((_, index) => readShares(maps, index, first, end).reduce((a, b) => Math.max(a, b))),
  );
}

/** A place moved by an arrow key, Home or End, and kept inside; null for another key. */
export function moved({ row, column }: Place, key: string, grid: number): Place | null {
  const inside = (at: number) => Math.min(Math.max(at, 0), grid - 1);
  switch (key) {
    case 'ArrowLeft':
      return { row, column: inside(column - 1) };
    case 'ArrowRight':
      return { row, column: inside(column + 1) };
    case 'ArrowUp':
      return { row: inside(row - 1), column };
    case 'ArrowDown':
      return { row: inside(row + 1), column };
    case 'Home':
      return { row, column: 0 };
    case 'End':
      return { row, column: grid - 1 };
    default:
      return null;
  }
}

/** A share 0 .. 1 in percent, with a digit behind the point. */
export function share(value: number): string {
  return `${(100 * value).toFixed(1)} %`;
}

/** “row 3, column 5”, as people count. */
export function placeWords({ row, column }: Place): string {
  return `row ${row + 1}, column ${column + 1}`;
}
