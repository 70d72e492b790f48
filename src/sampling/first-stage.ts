import type { BeforeCore } from '../model/network.ts';
import { sameLists, sameValues } from '../model/same-values.ts';

/** All that decides what head and Read make at the first stage of a run. */
export interface FirstCall {
  readonly noise: Float32Array;
  readonly t: number;
  /** Conditioning vectors of the images of the batch. */
  readonly vectors: readonly Float32Array[];
  /** Which kernels compute it: others may differ in the last bits. Compared by identity. */
  readonly kernels: object;
}

/** What a run does about head and Read at its first stage. */
export interface Prelude extends BeforeCore {
  /** Whether the copies hold the results already. */
  readonly isKept: boolean;
  /** To be called when the results are on their way into the copies. */
  readonly onKept: () => void;
}

/**
 * Remembers whose results of head and Read are in the copies, one set for each size of a batch: a run that differs
 * from the one before in its budget alone starts its first stage at the core.
 */
export class FirstStage {
  readonly #kept = new Map<number, FirstCall>();

  prepare(call: FirstCall, before: BeforeCore): Prelude {
    const images = call.vectors.length;
    const known = this.#kept.get(images);
    return {
      ...before,
      isKept: known !== undefined && isSame(known, call),
      onKept: () => this.#kept.set(images, { ...call, noise: call.noise.slice() }), // the caller may write to its own
    };
  }
}

function isSame(a: FirstCall, b: FirstCall): boolean {
  return a.t === b.t && a.kernels === b.kernels && sameValues(a.noise, b.noise) && sameLists(a.vectors, b.vectors);
}
