import type { Gpu } from '../gpu/gpu.ts';
import type { TimedProgram } from '../gpu/parts.ts';
import type { Program, StageTable } from '../gpu/program.ts';
import { type TimedPart, timeLaunches, timeProgram } from '../gpu/timing.ts';
import type { Condition } from '../model/condition.ts';
import type { Filling } from '../model/filling.ts';
import type { Prelude } from './first-stage.ts';
import type { Guidance } from './guidance.ts';
import type { Stage } from './solvers.ts';

/** What one picture is sampled from. */
export interface RunSpec {
  /** The state that the first stage starts from [C·H·W]: noise at t = 1, before that noise mixed with a picture’s latents. */
  readonly noise: Float32Array<ArrayBuffer>;
  /** Class of the picture, and the null class that guidance pushes away from; or the vectors of texts. */
  readonly label: Condition;
  readonly nullLabel: Condition;
  readonly stages: readonly Stage[];
  /** Latents kept in each group. */
  readonly budget: number;
  readonly guidance: Guidance;
  /** Fresh noise [C·H·W] of a solver step; only stochastic solvers ask. */
  readonly stepNoise?: (step: number) => Float32Array<ArrayBuffer>;
}

/** The guiding call of a stage that is made after the conditional one, for want of memory. */
export interface GuidingApart {
  readonly program: Program;
  /** Where each call leaves its velocity, and where both are put for the update, the conditional one first. */
  readonly output: GPUBuffer;
  readonly pair: GPUBuffer;
}

/** The programs of one stage, in the order they run. */
export interface StageLaunch {
  readonly patchify: Program;
  readonly forward: Program;
  readonly apart: GuidingApart | null;
  /** Head and Read where they may be had from an earlier run: at the first stage of a network that has them. */
  readonly prelude: Prelude | null;
  readonly update: Program;
  readonly result: GPUBuffer;
  readonly drawsNoise: boolean;
  readonly step: number;
}

/** What fills the modulation tables; its times are known where it is a `Filling`. */
export type Timeable = Pick<Filling, 'stages' | 'encode'> & Partial<Pick<Filling, 'dispatches' | 'time'>>;

/** What the stages of a run share. */
interface Shared {
  /** Two lines a stage: of its first image, and of its second where that is asked about apart. */
  readonly table: StageTable;
  /** What modulates the stages, slice by slice. */
  readonly filling: Timeable;
  readonly noise: GPUBuffer;
  readonly clean: GPUBuffer;
  /** Of a state. */
  readonly bytes: number;
}

/** One image on its way: stages are submitted in order, results copied out when asked for. */
export class SamplingRun {
  readonly stages: readonly Stage[];
  readonly #gpu: Gpu;
  readonly #spec: RunSpec;
  readonly #launches: readonly StageLaunch[];
  readonly #shared: Shared;
  #result: GPUBuffer | null = null;

  /** @param shared its table is the run's from here on: `dispose` frees it */
  constructor(gpu: Gpu, spec: RunSpec, launches: readonly StageLaunch[], shared: Shared) {
    this.#gpu = gpu;
    this.#spec = spec;
    this.stages = spec.stages;
    this.#launches = launches;
    this.#shared = shared;
  }

  /**
   * Queues stage `index` (0, 1, 2, … in order) as one compute pass; does not wait. The first stage is two when head
   * and Read have to be computed for it: what they make is copied in between, for the next run. Three when the guiding
   * call is apart; and one more where the modulation tables have to be filled anew.
   */
  submit(index: number): void {
    const launch = this.#launches[index];
    if (launch === undefined) throw new RangeError(`stage ${index} of ${this.#launches.length}`);
    const { device } = this.#gpu;
    if (launch.drawsNoise && this.#spec.stepNoise) {
      device.queue.writeBuffer(this.#shared.noise, 0, this.#spec.stepNoise(launch.step));
    }
    const encoder = device.createCommandEncoder({ label: `stage ${index}` });
    const { filling } = this.#shared;
    if (index > 0 && index % filling.stages === 0) filling.encode(encoder, index);
    if (launch.apart) this.#oneByOne(encoder, index, launch, launch.apart);
    else this.#atOnce(encoder, index, launch);
    device.queue.submit([encoder.finish()]);
    launch.prelude?.onKept();
    this.#result = launch.result;
  }

  #atOnce(encoder: GPUCommandEncoder, index: number, launch: StageLaunch): void {
    const { prelude } = launch;
    if (prelude) this.#beforeCore(encoder, launch, prelude);
    this.#pass(encoder, 2 * index, (pass) => {
      if (prelude === null) launch.patchify.encode(pass);
      launch.forward.encode(pass, prelude?.launches);
      launch.update.encode(pass);
    });
  }

  /** The same with half the memory: both calls use the same buffers, and their outputs are copied out. */
  #oneByOne(
    encoder: GPUCommandEncoder,
    index: number,
    launch: StageLaunch,
    { program, output, pair }: GuidingApart,
  ): void {
    [launch.forward, program].forEach((forward, image) => {
      this.#pass(encoder, 2 * index + image, (pass) => {
        if (image === 0) launch.patchify.encode(pass);
        forward.encode(pass);
      });
      encoder.copyBufferToBuffer(output, 0, pair, image * output.size, output.size);
    });
    this.#pass(encoder, 2 * index, (pass) => launch.update.encode(pass));
  }

  /** Head and Read into the live buffers: from the copies, or computed and then copied. */
  #beforeCore(encoder: GPUCommandEncoder, { patchify, forward }: StageLaunch, prelude: Prelude): void {
    if (!prelude.isKept) {
      this.#pass(encoder, 0, (pass) => {
        patchify.encode(pass);
        forward.encode(pass, 0, prelude.launches);
      });
    }
    for (const { live, copy } of prelude.results) {
      const [from, to] = prelude.isKept ? [copy, live] : [live, copy];
      encoder.copyBufferToBuffer(from, 0, to, 0, from.size);
    }
  }

  #pass(encoder: GPUCommandEncoder, line: number, encode: (pass: GPUComputePassEncoder) => void): void {
    const pass = encoder.beginComputePass({ label: `stage ${line >> 1}` });
    this.#shared.table.select(pass, line);
    encode(pass);
    pass.end();
  }

  /** Timed mode: what the parts or kernels of the forward at stage `index` cost. Spoils the run's own result. */
  time(index: number, by: 'part' | 'kernel'): Promise<TimedPart[]> {
    const launch = this.#launches[index];
    if (launch === undefined) throw new RangeError(`stage ${index} of ${this.#launches.length}`);
    return timeProgram(this.#gpu, launch.forward, this.#shared.table, { stage: 2 * index, by });
  }

  /**
   * Timed mode: the conditioning, and every forward that differs, at the first stage that has it. Timing them spoils the
   * run's own result.
   */
  get timed(): readonly TimedProgram[] {
    const { filling, table } = this.#shared;
    const { dispatches, time } = filling;
    const slices = Math.ceil(this.stages.length / filling.stages);
    const conditioning = dispatches && time ? [{ dispatches, times: slices, time: time.bind(filling) }] : [];
    const forwards = new Map<Program, { line: number; times: number }>();
    this.#launches.forEach(({ forward, apart }, index) => {
      [forward, ...(apart ? [apart.program] : [])].forEach((program, image) => {
        const known = forwards.get(program) ?? { line: 2 * index + image, times: 0 };
        forwards.set(program, { ...known, times: known.times + 1 });
      });
    });
    return [
      ...conditioning,
      ...Array.from(forwards, ([program, { line, times }]) => ({
        dispatches: program.dispatches,
        times,
        time: (repeats: number) => timeLaunches(this.#gpu, program, table, line, repeats),
      })),
    ];
  }

  /** Where `latents` and `preview` are on the GPU, until the next stage is submitted. */
  get buffers(): { readonly state: GPUBuffer; readonly clean: GPUBuffer } {
    return { state: this.#submitted, clean: this.#shared.clean };
  }

  /** Resolves when everything submitted has run. */
  async drained(): Promise<void> {
    await this.#gpu.device.queue.onSubmittedWorkDone();
  }

  /** The predicted clean latents x - t·v [C·H·W] after the last submitted stage. */
  preview(): Promise<Float32Array<ArrayBuffer>> {
    return this.#gpu.read(this.#shared.clean, this.#shared.bytes);
  }

  /** The state [C·H·W] after the last submitted stage. */
  latents(): Promise<Float32Array<ArrayBuffer>> {
    return this.#gpu.read(this.#submitted, this.#shared.bytes);
  }

  /** The state after the last submitted stage. */
  get #submitted(): GPUBuffer {
    if (this.#result === null) throw new RangeError('no stage was submitted');
    return this.#result;
  }

  dispose(): void {
    this.#shared.table.dispose();
  }
}
