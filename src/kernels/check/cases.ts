import type { Gpu } from '../../gpu/gpu.ts';
import type { Dispatch, StageValues } from '../../gpu/program.ts';
import type { WeightType } from '../matmul/matmul.ts';
import type { Variants } from '../variants.ts';

/** What decides which kernels a network uses. */
export interface NetworkShape {
  /** Width D of tokens. */
  readonly width: number;
  readonly headWidth: number;
  /** Tokens of an image, and how many are left of it at the smallest budget. */
  readonly tokens: number;
  readonly fewest: number;
  /** Latents of a group; 1 without a latent interface. */
  readonly group: number;
  /** How its weights are stored. */
  readonly weights: readonly WeightType[];
}

/** One launch and what has to come out of it. */
export interface Case {
  readonly dispatch: Dispatch;
  readonly output: GPUBuffer;
  /** Numbers in `output`. */
  readonly count: number;
  /** The number at a place, in plain arithmetic. */
  readonly expected: (place: number) => number;
}

/** What a case is made with: buffers that are freed with the check, and the variants under it. */
export interface CaseMaker {
  readonly variants: Variants;
  upload(data: Float32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>): GPUBuffer;
  /** Room for `count` results. */
  room(count: number): GPUBuffer;
}

/** The stage that all cases run in: nothing in it is 0 or 1, which could hide a fault. */
export const STAGE: StageValues = {
  ...{ row: 1, t: 0.25, base: 0.75, velocity: -0.5, previous: 0.125, noise: 0.375, guidance: 2.5 },
};

export class Maker implements CaseMaker {
  readonly #gpu: Gpu;
  readonly variants: Variants;
  readonly #buffers: GPUBuffer[] = [];

  constructor(gpu: Gpu, variants: Variants) {
    this.#gpu = gpu;
    this.variants = variants;
  }

  upload(data: Float32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>): GPUBuffer {
    return this.#own(this.#gpu.upload('check operand', data));
  }

  room(count: number): GPUBuffer {
    return this.#own(this.#gpu.createStorage('check result', 4 * count));
  }

  dispose(): void {
    for (const buffer of this.#buffers) this.#gpu.destroyBuffer(buffer);
  }

  #own(buffer: GPUBuffer): GPUBuffer {
    this.#buffers.push(buffer);
    return buffer;
  }
}
