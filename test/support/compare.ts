import { type Bounds, type Comparison, compare, errorAt, STATE_BOUNDS } from '../../src/cli/verify/difference.ts';

/** Throws with a table of what is off unless `actual` is within the bounds of `expected`; returns the comparison. */
export function expectClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  what: string,
  options: { readonly bounds?: Bounds; readonly shape?: readonly number[] } = {},
): Comparison {
  const bounds = options.bounds ?? STATE_BOUNDS;
  const result = compare(actual, expected, bounds);
  if (!result.ok) {
    const places = largestErrors(actual, expected, 8).map((i) => row(actual, expected, i, options.shape));
    throw new Error(
      `${what} is off: ${summary(result, bounds)}\n${table(['where', 'expected', 'got', 'error'], places)}`,
    );
  }
  return result;
}

/** Rows of words as lines with aligned columns. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((cells) => cells[column]?.length ?? 0)));
  return all.map((cells) => cells.map((cell, i) => cell.padStart(widths[i]!)).join('  ')).join('\n');
}

function summary({ relMax, relL2, maxError, meanError }: Comparison, bounds: Bounds): string {
  return (
    `relative max ${short(relMax)} (bound ${bounds.max}), relative l2 ${short(relL2)} (bound ${bounds.l2}), ` +
    `max ${short(maxError)}, mean ${short(meanError)}`
  );
}

function row(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  i: number,
  shape: readonly number[] = [expected.length],
): string[] {
  return [`[${place(i, shape)}]`, short(expected[i]!), short(actual[i]!), short(errorAt(actual, expected, i))];
}

function place(index: number, shape: readonly number[]): string {
  const coordinates: number[] = [];
  let rest = index;
  for (const length of shape.toReversed()) {
    coordinates.unshift(rest % length);
    rest = Math.floor(rest / length);
  }
  return coordinates.join(', ');
}

function largestErrors(actual: ArrayLike<number>, expected: ArrayLike<number>, count: number): number[] {
  const errors = Array.from({ length: expected.length }, (_, i) => errorAt(actual, expected, i));
  return [...errors.keys()].sort((a, b) => (errors[a] === errors[b] ? a - b : errors[b]! - errors[a]!)).slice(0, count);
}

function short(value: number): string {
  return value.toPrecision(6);
}
