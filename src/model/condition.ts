/**
 * What a network is told to draw: a class of its label table, or, where it reads text, the vector [D] that is added to
 * the timestep's.
 */
export type Condition = number | Float32Array<ArrayBuffer>;

/** The vector [D] of a condition. @throws ElitError request-invalid for a class that the network does not have */
export function conditionVector(
  network: { label(index: number): Float32Array<ArrayBuffer> },
  condition: Condition,
): Float32Array<ArrayBuffer> {
  return typeof condition === 'number' ? network.label(condition) : condition;
}
