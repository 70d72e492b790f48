import type { Gpu } from '../gpu/gpu.ts';
import type { Dispatch } from '../gpu/program.ts';
import { repeatRows, spreadRows } from '../kernels/layout.ts';
import { type Linear, matmul } from '../kernels/matmul/matmul.ts';
import type { NetworkConfig } from './config.ts';
import { Filling, type FillingInput } from './filling.ts';
import type { ModulationTables } from './layers.ts';
import { isShortage } from './shortage.ts';
import type { Weights } from './weights.ts';

/** What the tables may take: a run of many steps of a large model has more than 3 GB of lines. */
const MOST_BYTES = 256 * 2 ** 20;

/** Lines of the tables that `MOST_BYTES` and the limits of the device allow. */
export function mostLines(
  { hidden, depth, latentInterface }: NetworkConfig,
  limits: Pick<GPUSupportedLimits, 'maxBufferSize' | 'maxStorageBufferBindingSize'>,
): number {
  const widths = [1, ...Array.from({ length: depth }, () => 6), ...(latentInterface ? [7] : []), 2];
  const width = widths.reduce((sum, one) => sum + one, 0);
  const largest = Math.min(limits.maxBufferSize, limits.maxStorageBufferBindingSize);
  return Math.floor(Math.min(MOST_BYTES / width, largest / Math.max(...widths)) / (4 * hidden));
}

/**
 * Everything of a run that depends on its times and its conditioning vectors but not on state or budget: the
 * modulation of every block, Read and the final layer at all stages, one product a layer. Line s·B + b of a table
 * belongs to stage s and image b. Kept until times or vectors change. Runs with more lines than there is room for
 * fill the tables slice by slice.
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
  #filling: Filling | null = null;

  private constructor(gpu: Gpu, config: NetworkConfig, weights: Weights, capacity: number) {
    this.#gpu = gpu;
    this.#config = config;
    this.#weights = weights;
    this.capacity = capacity;
    const table = (label: string, { outputs }: Linear) => gpu.createStorage(label, 4 * capacity * outputs);
    this.vectors = gpu.createStorage('conditioning', 4 * capacity * config.hidden);
    this.tables = {
      blocks: weights.blocks.map((block, index) => table(`modulation ${index}`, block.modulation)),
      read: weights.read ? table('modulation read', weights.read.modulation) : null,
      final: table('modulation final', weights.finalModulation),
    };
  }

  /**
   * Tables of `most` lines, or of half as many as often as memory is too short.
   * @throws ElitError gpu-out-of-memory | gpu-validation | gpu-limits when there is no room for the fewest
   */
  static async create(
    gpu: Gpu,
    config: NetworkConfig,
    weights: Weights,
    { most, fewest }: { most: number; fewest: number },
  ): Promise<Conditioning> {
    try {
      return await gpu.allocate(() => new Conditioning(gpu, config, weights, most));
    } catch (thrown) {
      if (most <= fewest || !isShortage(thrown)) throw thrown;
      return Conditioning.create(gpu, config, weights, { most: Math.max(fewest, most >> 1), fewest });
    }
  }

  /**
   * Fills the tables for `times` [S], or as many of them as there is room for, and the conditioning vectors of B
   * `images` [B][D] (label rows, or whatever else a model adds to the timestep's embedding). Does nothing when both
   * are as they were.
   */
  async fill(times: readonly number[], images: readonly Float32Array<ArrayBuffer>[]): Promise<Filling> {
    if (!this.#filling?.isFor(times, images)) {
      this.#filling?.dispose();
      this.#filling = null;
      const stages = Math.min(times.length, Math.floor(this.capacity / images.length));
      this.#filling = await Filling.create(this.#gpu, this.#config, { times, images, stages }, (input) =>
        this.#dispatches(stages, images.length, input),
      );
    }
    this.#filling.begin();
    return this.#filling;
  }

  dispose(): void {
    this.#filling?.dispose();
    const { blocks, read, final } = this.tables;
    for (const buffer of [this.vectors, ...blocks, ...(read ? [read] : []), final]) this.#gpu.destroyBuffer(buffer);
  }

  /** c = W2·silu(W1·features + b1) + b2 + label, then W·silu(c) + b for every layer that is modulated. */
  #dispatches(stages: number, images: number, input: FillingInput): Dispatch[] {
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
