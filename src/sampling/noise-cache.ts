import { gaussianNoise } from './noise.ts';

/** The noise of one seed, drawn once: a run at another budget, or with more steps, starts from the same. */
export class NoiseCache {
  readonly #count: number;
  readonly #streams = new Map<number, Float32Array<ArrayBuffer>>();
  #seed: number | undefined;

  /** @param count numbers of a stream */
  constructor(count: number) {
    this.#count = count;
  }

  /** See `gaussianNoise`; not to be written to. @throws ElitError request-invalid */
  noise(seed: number, stream = 0): Float32Array<ArrayBuffer> {
    if (seed !== this.#seed) this.#streams.clear();
    this.#seed = seed;
    const noise = this.#streams.get(stream) ?? gaussianNoise(seed, this.#count, stream);
    this.#streams.set(stream, noise);
    return noise;
  }
}
