/** The growth of a measure over a long run: the median of its last third less that of its first. */
export function growth(values: readonly number[]): number {
  const third = Math.floor(values.length / 3);
  if (third < 2) throw new RangeError(`${values.length} values show no trend`);
  return median(values.slice(-third)) - median(values.slice(0, third));
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
