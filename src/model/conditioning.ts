import type { Gpu } from '../gpu/gpu.ts';
import { type Dispatch, runOnce } from '../gpu/program.ts';
import { repeatRows, spreadRows } from '../kernels/layout.ts';
import { type Linear, matmul } from '../kernels/matmul/matmul.ts';
import type { NetworkConfig } from './config.ts';
import type { ModulationTables } from './layers.ts';
import { sameLists, sameValues } from './same-values.ts';
import { timeFeatures } from './time-features.ts';
import type { Weights } from './weights.ts';

/**
 * Everything of a run that depends on its times and its conditioning vectors but not on state or budget: the
 * modulation of every block, Read and the final layer at all stages, one product a layer. Line s·B + b of a table
 * belongs to stage s and image b. Kept until times or vectors change.
 */
export class Conditioning {
  readonly tables: ModulationTables;
  /** The conditioning vectors c [stages·B, D]. */
  readonly vectors: GPUBuffer;
  /** Lines there is room for. */
  readonly capacity: number;
  readonly #gpu: Gpu;
  readonly #config: NetworkConfig;
  readonly #weights: Weights;
  #current: { readonly times: readonly number[]; readonly images: readonly Float32Array[] } | null = null;

  /** @throws ElitError gpu-limits */
  constructor(gpu: Gpu, config: NetworkConfig, weights: Weights, capacity: number) {
    this.#gpu = gpu;
    this.#config = config;
    this.#weights = weights;
    this.capacity = capacity;
    const table = (label: string, { outputs }: Linear) => gpu.createStorage(label, 4 * capacity * outputs);
    const { vectors, ...tables } = gpu.allOrNothing(() => ({
      vectors: gpu.createStorage('conditioning', 4 * capacity * config.hidden),
      blocks: weights.blocks.map((block, index) => table(`modulation ${index}`, block.modulation)),
      read: weights.read ? table('modulation read', weights.read.modulation) : null,
      final: table('modulation final', weights.finalModulation),
    }));
    this.vectors = vectors;
    this.tables = tables;
  }

  /**
   * Fills the tables for `times` [S] and the conditioning vectors of B `images` [B][D] (label rows, or whatever
   * else a model adds to the timestep's embedding). Does nothing when both are as they were.
   */
  async fill(times: readonly number[], images: readonly Float32Array<ArrayBuffer>[]): Promise<void> {
    if (this.#current && sameValues(this.#current.times, times) && sameLists(this.#current.images, images)) return;
    this.#current = null;
    const gpu = this.#gpu;
    const D = this.#config.hidden;
    const features = gpu.upload('time features', timeFeatures(times, this.#config.timeScale));
    const added = new Float32Array(images.length * D);
    images.forEach((vector, image) => {
      added.set(vector, image * D);
    });
    const labels = gpu.upload('label vectors', added);
    const hidden = gpu.createStorage('time hidden', 4 * times.length * D);
    try {
      const dispatches = this.#dispatches(times.length, images.length, { features, labels, hidden });
      await runOnce(gpu, 'conditioning', dispatches);
    } finally {
      for (const buffer of [features, labels, hidden]) gpu.destroyBuffer(buffer);
    }
    this.#current = { times: [...times], images: [...images] };
  }

  dispose(): void {
    const { blocks, read, final } = this.tables;
    for (const buffer of [this.vectors, ...blocks, ...(read ? [read] : []), final]) this.#gpu.destroyBuffer(buffer);
  }

  /** c = W2·silu(W1·features + b1) + b2 + label, then W·silu(c) + b for every layer that is modulated. */
  #dispatches(
    stages: number,
    images: number,
    input: { features: GPUBuffer; labels: GPUBuffer; hidden: GPUBuffer },
  ): Dispatch[] {
    const weights = this.#weights;
    const rows = stages * images;
    const part = 'conditioning';
    const modulate = (label: string, linear: Linear, output: GPUBuffer) =>
      matmul({ label, part, linear, input: this.vectors, prologue: 'silu', rows, output });
    const blocks = weights.blocks.map(({ modulation }, index) =>
      modulate(`modulation ${index}`, modulation, this.tables.blocks[index] as GPUBuffer),
    );
    return [
      matmul({
        label: 'time in',
        part,
        linear: weights.timeIn,
        input: input.features,
        rows: stages,
        output: input.hidden,
      }),
      matmul({
        label: 'time out',
        part,
        linear: weights.timeOut,
        input: input.hidden,
        inputRows: spreadRows(images),
        prologue: 'silu',
        rows,
        residual: { buffer: input.labels, rows: repeatRows(images) },
        output: this.vectors,
      }),
      ...blocks,
      ...(weights.read ? [modulate('modulation read', weights.read.modulation, this.tables.read as GPUBuffer)] : []),
      modulate('modulation final', weights.finalModulation, this.tables.final),
    ];
  }
}
