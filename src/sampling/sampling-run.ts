import type { Gpu } from '../gpu/gpu.ts';
import type { Program, StageTable } from '../gpu/program.ts';
import { type TimedPart, timeProgram } from '../gpu/timing.ts';
import type { Guidance } from './guidance.ts';
import type { Stage } from './solvers.ts';

/** What one picture is sampled from. */
export interface RunSpec {
  /** Starting state at t = 1 [C·H·W]. */
  readonly noise: Float32Array<ArrayBuffer>;
  /** Class of the picture, and the null class that guidance pushes away from. */
  readonly label: number;
  readonly nullLabel: number;
  readonly stages: readonly Stage[];
  /** Latents kept in each group. */
  readonly budget: number;
  readonly guidance: Guidance;
  /** Fresh noise [C·H·W] of a solver step; only stochastic solvers ask. */
  readonly stepNoise?: (step: number) => Float32Array<ArrayBuffer>;
}

/** The programs of one stage, in the order they run. */
export interface StageLaunch {
  readonly patchify: Program;
  readonly forward: Program;
  readonly update: Program;
  readonly result: GPUBuffer;
  readonly drawsNoise: boolean;
  readonly step: number;
}

/** One image on its way: stages are submitted in order, results copied out when asked for. */
export class SamplingRun {
  readonly stages: readonly Stage[];
  readonly #gpu: Gpu;
  readonly #spec: RunSpec;
  readonly #launches: readonly StageLaunch[];
  readonly #table: StageTable;
  readonly #buffers: { readonly noise: GPUBuffer; readonly clean: GPUBuffer; readonly bytes: number };
  #result: GPUBuffer | null = null;

  constructor(
    gpu: Gpu,
    spec: RunSpec,
    launches: readonly StageLaunch[],
    table: StageTable,
    buffers: { noise: GPUBuffer; clean: GPUBuffer; bytes: number },
  ) {
    this.#gpu = gpu;
    this.#spec = spec;
    this.stages = spec.stages;
    this.#launches = launches;
    this.#table = table;
    this.#buffers = buffers;
  }

  /** Queues stage `index` (0, 1, 2, … in order) as one compute pass; does not wait. */
  submit(index: number): void {
    const launch = this.#launches[index];
    if (launch === undefined) throw new RangeError(`stage ${index} of ${this.#launches.length}`);
    const { device } = this.#gpu;
    if (launch.drawsNoise && this.#spec.stepNoise) {
      device.queue.writeBuffer(this.#buffers.noise, 0, this.#spec.stepNoise(launch.step));
    }
    const encoder = device.createCommandEncoder({ label: `stage ${index}` });
    const pass = encoder.beginComputePass({ label: `stage ${index}` });
    this.#table.select(pass, index);
    launch.patchify.encode(pass);
    launch.forward.encode(pass);
    launch.update.encode(pass);
    pass.end();
    device.queue.submit([encoder.finish()]);
    this.#result = launch.result;
  }

  /** Timed mode: what the parts or kernels of the forward at stage `index` cost. Spoils the run's own result. */
  time(index: number, by: 'part' | 'kernel'): Promise<TimedPart[]> {
    const launch = this.#launches[index];
    if (launch === undefined) throw new RangeError(`stage ${index} of ${this.#launches.length}`);
    return timeProgram(this.#gpu, launch.forward, this.#table, { stage: index, by });
  }

  /** Resolves when everything submitted has run. */
  async drained(): Promise<void> {
    await this.#gpu.device.queue.onSubmittedWorkDone();
  }

  /** The predicted clean latents x - t·v [C·H·W] after the last submitted stage. */
  preview(): Promise<Float32Array<ArrayBuffer>> {
    return this.#gpu.read(this.#buffers.clean, this.#buffers.bytes);
  }

  /** The state [C·H·W] after the last submitted stage. */
  latents(): Promise<Float32Array<ArrayBuffer>> {
    if (this.#result === null) throw new RangeError('no stage was submitted');
    return this.#gpu.read(this.#result, this.#buffers.bytes);
  }

  dispose(): void {
    this.#table.dispose();
  }
}
