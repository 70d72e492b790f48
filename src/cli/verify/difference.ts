/** How far a computed array may be from a recorded one, as shares of the recorded one. */
export interface Bounds {
  /** max|Δ| over max|expected|. */
  readonly max: number;
  /** ‖Δ‖₂ over ‖expected‖₂; the telling one. */
  readonly l2: number;
}

/** For one operation or one state of a network, computed in float32. */
export const STATE_BOUNDS: Bounds = { max: 1e-4, l2: 1e-5 };

export interface Comparison {
  readonly ok: boolean;
  /** max|Δ|. */
  readonly maxError: number;
  readonly meanError: number;
  /** max|Δ| / max|expected|. */
  readonly relMax: number;
  /** ‖Δ‖₂ / ‖expected‖₂. */
  readonly relL2: number;
  /** Index of the largest error (a NaN is larger than any number), and the two values there. */
  readonly worst: number;
  readonly expected: number;
  readonly got: number;
}

/** Compares two arrays of one length; a NaN anywhere, or a length of 0, is never ok. */
export function compare(actual: ArrayLike<number>, expected: ArrayLike<number>, bounds = STATE_BOUNDS): Comparison {
  const { length } = expected;
  if (actual.length !== length) throw new Error(`there are ${actual.length} numbers, but ${length} are expected`);
  if (length === 0) throw new Error('there is nothing to compare');
  let worst = 0;
  let maxError = 0;
  let sumError = 0;
  let squaredError = 0;
  let maxExpected = 0;
  let squaredExpected = 0;
  for (let i = 0; i < length; i++) {
    const error = errorAt(actual, expected, i);
    if (error > maxError) [maxError, worst] = [error, i];
    sumError += error;
    squaredError += error * error;
    maxExpected = Math.max(maxExpected, Math.abs(expected[i]!));
    squaredExpected += expected[i]! ** 2;
  }
  const relMax = share(maxError, maxExpected);
  const relL2 = share(Math.sqrt(squaredError), Math.sqrt(squaredExpected));
  return {
    ok: relMax <= bounds.max && relL2 <= bounds.l2,
    maxError,
    meanError: sumError / length,
    relMax,
    relL2,
    worst,
    expected: expected[worst]!,
    got: actual[worst]!,
  };
}

/** |actual - expected| at one place; Infinity for a NaN on either side; infinities are equal to themselves. */
export function errorAt(actual: ArrayLike<number>, expected: ArrayLike<number>, i: number): number {
  if (actual[i] === expected[i]) return 0;
  const error = Math.abs(actual[i]! - expected[i]!);
  return Number.isNaN(error) ? Number.POSITIVE_INFINITY : error;
}

function share(error: number, reference: number): number {
  return error === 0 ? 0 : error / reference;
}
