/** Four 32-bit words, each 0 .. 2³²-1. */
export type Words4 = readonly [number, number, number, number];

const MULTIPLIER_0 = 0xd2511f53;
const MULTIPLIER_1 = 0xcd9e8d57;
const KEY_STEP_0 = 0x9e3779b9; // the golden ratio
const KEY_STEP_1 = 0xbb67ae85; // √3 - 1
const ROUNDS = 10;

/**
 * Philox4x32-10, the counter generator of Salmon, Moraes, Dror and Shaw, “Parallel random numbers: as easy as 1, 2, 3”
 * (SC 2011): 128 bits that look random for every counter, under a key of two words. Integer arithmetic only.
 */
export function philox4x32(counter: Words4, key0: number, key1: number): Words4 {
  let [c0, c1, c2, c3] = counter;
  for (let round = 0; round < ROUNDS; round++) {
    const k0 = key0 + round * KEY_STEP_0;
    const k1 = key1 + round * KEY_STEP_1;
    const high0 = multiplyHigh(MULTIPLIER_0, c0);
    const high1 = multiplyHigh(MULTIPLIER_1, c2);
    const low0 = Math.imul(MULTIPLIER_0, c0) >>> 0;
    const low1 = Math.imul(MULTIPLIER_1, c2) >>> 0;
    [c0, c1, c2, c3] = [(high1 ^ c1 ^ k0) >>> 0, low1, (high0 ^ c3 ^ k1) >>> 0, low0];
  }
  return [c0, c1, c2, c3];
}

/** The upper 32 bits of a 64-bit product, by halves of 16 bits: every sum here stays below 2³². */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const carried = aLow * bHigh + (middle & 0xffff);
  return aHigh * bHigh + (middle >>> 16) + (carried >>> 16);
}
