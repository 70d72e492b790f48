/** Pieces that several kernels' TypeScript sides share: row maps, parameter words, grids. */

/** Where row r of a product finds its operand: base + ⌊r / inner⌋·outer + (r mod inner)·step. */
export interface Rows {
  readonly base: number;
  readonly inner: number;
  readonly outer: number;
  readonly step: number;
}

/** Row r is row r. */
export const SAME_ROWS: Rows = { base: 0, inner: 1, outer: 1, step: 0 };

/** The same `period` rows over and over (position embeddings, the learned queries). */
export const repeatRows = (period: number): Rows => ({ base: 0, inner: period, outer: 0, step: 1 });

/** One operand row for every `count` rows (the timestep of a batch). */
export const spreadRows = (count: number): Rows => ({ base: 0, inner: count, outer: 1, step: 0 });

/** The first `kept` of every `size` rows, from row `base` on: tail drop when read through, refill when written. */
export const keptRows = (base: number, kept: number, size: number): Rows => ({
  base,
  inner: kept,
  outer: size,
  step: 1,
});

/** How many different rows an operand has that `count` rows of a product find through a map. */
export function distinctRows(count: number, { inner, outer, step }: Rows): number {
  return (outer === 0 ? 1 : Math.ceil(count / inner)) * (step === 0 ? 1 : Math.min(count, inner));
}

export const rowWords = (rows: Rows): number[] => [rows.base, rows.inner, rows.outer, rows.step];

const scratch = new DataView(new ArrayBuffer(4));

/** The bits of a float32, for a parameter block of u32 words. */
export function floatWord(value: number): number {
  scratch.setFloat32(0, value, true);
  return scratch.getUint32(0, true);
}

export function words(...values: number[]): Uint32Array<ArrayBuffer> {
  return Uint32Array.from(values);
}

/** Invocations of a workgroup of the element-wise kernels. */
const ELEMENTS = 64;
/** WebGPU's default limit of workgroups along one dimension. */
const MAX_WORKGROUPS = 65_535;

/** A 2-D grid of workgroups over `count` elements, and how many invocations one of its rows holds. */
export function elementGrid(count: number): { workgroups: [number, number, number]; row: number } {
  const groups = Math.ceil(count / ELEMENTS);
  const x = Math.min(groups, MAX_WORKGROUPS);
  return { workgroups: [x, Math.ceil(groups / x), 1], row: x * ELEMENTS };
}
