import type { Gpu } from '../gpu/gpu.ts';
import { type Dispatch, NO_STAGE, Program, StageTable } from '../gpu/program.ts';
import { type TimedLaunches, timeLaunches } from '../gpu/timing.ts';
import type { NetworkConfig } from './config.ts';
import { sameLists, sameValues } from './same-values.ts';
import { TIME_FEATURES, timeFeatures } from './time-features.ts';

/** What the modulation of a run is computed from. */
export interface FillingOf {
  /** Of all stages [S]. */
  readonly times: readonly number[];
  /** Conditioning vectors of the images of the batch [B][D]. */
  readonly images: readonly Float32Array<ArrayBuffer>[];
  /** Stages that the tables have room for at a time. */
  readonly stages: number;
}

/** The buffers that the launches of a filling begin with. */
export interface FillingInput {
  /** Time features [stages, 256], */
  readonly features: GPUBuffer;
  /** the images' vectors [B, D], */
  readonly labels: GPUBuffer;
  /** and room for what lies between two products [stages, D]. */
  readonly hidden: GPUBuffer;
}

/** Fills the modulation tables slice by slice with launches that were made once: see `Conditioning`. */
export class Filling {
  /** Stages a slice: stage s has its lines at s mod `stages`. */
  readonly stages: number;
  readonly #gpu: Gpu;
  readonly #timeScale: number;
  readonly #of: FillingOf;
  readonly #input: FillingInput;
  readonly #program: Program;
  readonly #table: StageTable;
  /** First stage of the slice that is in the tables. */
  #from = Number.NaN;

  private constructor(gpu: Gpu, timeScale: number, of: FillingOf, input: FillingInput, program: Program) {
    this.#gpu = gpu;
    this.#timeScale = timeScale;
    this.#of = { ...of, times: [...of.times], images: [...of.images] };
    this.stages = of.stages;
    this.#input = input;
    this.#program = program;
    this.#table = new StageTable(gpu, [NO_STAGE]);
  }

  /** @param launches of one slice, from its input to the tables. @throws ElitError gpu-out-of-memory | gpu-shader */
  static async create(
    gpu: Gpu,
    { hidden: D, timeScale }: NetworkConfig,
    of: FillingOf,
    launches: (input: FillingInput) => readonly Dispatch[],
  ): Promise<Filling> {
    const input = await gpu.allocate(() => ({
      features: gpu.createStorage('time features', 4 * of.stages * TIME_FEATURES),
      labels: gpu.createStorage('label vectors', 4 * of.images.length * D),
      hidden: gpu.createStorage('time hidden', 4 * of.stages * D),
    }));
    try {
      const program = await Program.build(gpu, 'conditioning', launches(input));
      of.images.forEach((vector, image) => {
        gpu.device.queue.writeBuffer(input.labels, 4 * image * D, vector);
      });
      return new Filling(gpu, timeScale, of, input, program);
    } catch (error) {
      for (const buffer of Object.values(input)) gpu.destroyBuffer(buffer);
      throw error;
    }
  }

  isFor(times: readonly number[], images: readonly Float32Array<ArrayBuffer>[]): boolean {
    return sameValues(this.#of.times, times) && sameLists(this.#of.images, images);
  }

  /** Has the slice of the first stage in the tables, which costs nothing where it is there. */
  begin(): void {
    if (this.#from === 0) return;
    const encoder = this.#gpu.device.createCommandEncoder({ label: 'conditioning' });
    this.encode(encoder, 0);
    this.#gpu.device.queue.submit([encoder.finish()]);
  }

  /**
   * Encodes, outside a pass, what fills the tables for the slice that begins at stage `from`. To be submitted after
   * the last stage before it, and at once: the times are written now. Allocates nothing.
   */
  encode(encoder: GPUCommandEncoder, from: number): void {
    const times = this.#of.times.slice(from, from + this.stages);
    this.#gpu.device.queue.writeBuffer(this.#input.features, 0, timeFeatures(times, this.#timeScale));
    const pass = encoder.beginComputePass({ label: 'conditioning' });
    this.#table.select(pass, 0);
    this.#program.encode(pass);
    pass.end();
    this.#from = from;
  }

  /** What fills a slice, for the timed mode. */
  get dispatches(): readonly Dispatch[] {
    return this.#program.dispatches;
  }

  /** Timed mode: fills the tables once more. */
  time(repeats: number): Promise<TimedLaunches | null> {
    return timeLaunches(this.#gpu, this.#program, this.#table, 0, repeats);
  }

  dispose(): void {
    this.#program.dispose();
    this.#table.dispose();
    for (const buffer of Object.values(this.#input)) this.#gpu.destroyBuffer(buffer);
  }
}
