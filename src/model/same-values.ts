/** Whether two lists hold the same numbers. */
export const sameValues = (a: ArrayLike<number>, b: ArrayLike<number>): boolean =>
  a.length === b.length && Array.prototype.every.call(a, (value, i) => value === b[i]);

/** Whether two lists hold the same lists of numbers. */
export const sameLists = (a: readonly Float32Array[], b: readonly Float32Array[]): boolean =>
  a.length === b.length && a.every((values, i) => sameValues(values, b[i] ?? []));
