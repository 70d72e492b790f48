import { median } from '../../src/gpu/parts.ts';

export { median };

/** The middle of several measurements, and their extremes. */
export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

export function spread(values: readonly number[]): Spread {
  return { median: median(values), low: Math.min(...values), high: Math.max(...values) };
}

/** Ratios a/b of measurements taken in pairs, one after the other: what the machine did to both cancels out. */
export function pairedRatios(a: readonly number[], b: readonly number[]): Spread {
  if (a.length !== b.length) throw new RangeError(`${a.length} measurements paired with ${b.length}`);
  return spread(a.map((value, i) => value / b[i]!));
}
