import type { Gpu } from '../gpu/gpu.ts';
import { type Dispatch, Program, StageTable } from '../gpu/program.ts';
import { patchify } from '../kernels/patchify/patchify.ts';
import { solverStep } from '../kernels/solver-step/solver-step.ts';
import { guides, guidingCall } from './guidance.ts';
import { type RunSpec, SamplingRun, type StageLaunch } from './sampling-run.ts';
import { type Slots, StateRotation } from './slots.ts';

/** What the sampler needs of a network; the model's `Network` fits. */
export interface VelocityNetwork {
  readonly config: { readonly inChannels: number; readonly patch: number; readonly grid: number };
  label(index: number): Float32Array<ArrayBuffer>;
  condition(times: readonly number[], vectors: readonly Float32Array<ArrayBuffer>[]): Promise<void>;
  velocity(cores: readonly { firstImage: number; images: number; kept: number }[]): Promise<{
    readonly program: Program;
    readonly patches: GPUBuffer;
    readonly output: GPUBuffer;
  }>;
}

/** Samples one image at a time, reusing its buffers from run to run. */
export class Sampler {
  readonly #gpu: Gpu;
  readonly #network: VelocityNetwork;
  readonly #bytes: number;
  readonly #states: readonly [GPUBuffer, GPUBuffer, GPUBuffer];
  readonly #velocities: readonly [GPUBuffer, GPUBuffer];
  readonly #noise: GPUBuffer;
  readonly #clean: GPUBuffer;
  readonly #programs = new Map<string, Promise<Program>>();

  constructor(gpu: Gpu, network: VelocityNetwork) {
    const { inChannels, patch, grid } = network.config;
    this.#gpu = gpu;
    this.#network = network;
    this.#bytes = 4 * inChannels * (patch * grid) ** 2;
    const buffer = (label: string) => gpu.createStorage(label, this.#bytes);
    this.#states = [buffer('state 0'), buffer('state 1'), buffer('state 2')];
    this.#velocities = [buffer('velocity 0'), buffer('velocity 1')];
    this.#noise = buffer('step noise');
    this.#clean = buffer('predicted clean image');
  }

  /** Prepares a run; what an earlier one computed and this one shares is kept. @throws ElitError gpu-shader | gpu-limits */
  async begin(spec: RunSpec): Promise<SamplingRun> {
    const guided = spec.stages.map((stage) => guides(spec.guidance, stage.t));
    const images = guided.includes(true) ? 2 : 1;
    const network = this.#network;
    const guide = guidingCall(spec.guidance, spec);
    const vectors = [spec.label, guide.label].slice(0, images).map((label) => network.label(label));
    const times = spec.stages.map((stage) => stage.t);
    await network.condition(times, vectors);

    const states = new StateRotation();
    const launches: StageLaunch[] = [];
    for (const [index, stage] of spec.stages.entries()) {
      const batch = guided[index]
        ? guidedBatch(spec.budget, guide.budget)
        : [{ firstImage: 0, images: 1, kept: spec.budget }];
      const forward = await network.velocity(batch);
      const slots = states.take(stage);
      const key = `${guided[index] ? 2 : 1} ${Object.values(slots).join()}`;
      launches.push({
        patchify: await this.#program(`patchify ${key}`, () =>
          this.#patchify(slots, forward.patches, guided[index] === true),
        ),
        forward: forward.program,
        update: await this.#program(`update ${key}`, () => this.#update(slots, forward.output, guided[index] === true)),
        result: this.#states[slots.next],
        drawsNoise: stage.noise !== 0,
        step: stage.step,
      });
    }
    const table = new StageTable(
      this.#gpu,
      spec.stages.map((stage, index) => ({
        ...stage,
        row: index * images,
        guidance: guided[index] ? spec.guidance.scale : 1,
      })),
    );
    this.#gpu.device.queue.writeBuffer(this.#states[0], 0, spec.noise);
    return new SamplingRun(this.#gpu, spec, launches, table, {
      noise: this.#noise,
      clean: this.#clean,
      bytes: this.#bytes,
    });
  }

  async dispose(): Promise<void> {
    for (const program of await Promise.all(this.#programs.values())) program.dispose();
    for (const buffer of [...this.#states, ...this.#velocities, this.#noise, this.#clean])
      this.#gpu.destroyBuffer(buffer);
  }

  #program(key: string, record: () => Dispatch): Promise<Program> {
    const known = this.#programs.get(key);
    if (known) return known;
    const program = Program.build(this.#gpu, key, [record()]);
    this.#programs.set(key, program);
    program.catch(() => this.#programs.delete(key)); // a failure is the caller's, and nothing to dispose of
    return program;
  }

  #patchify(slots: Slots, patches: GPUBuffer, guided: boolean): Dispatch {
    const { inChannels: channels, patch, grid } = this.#network.config;
    return patchify({
      label: 'patchify',
      part: 'embed',
      image: this.#states[slots.asked],
      patches,
      images: guided ? 2 : 1,
      states: 1,
      channels,
      patch,
      grid,
      columns: paddedColumns(this.#network.config),
    });
  }

  #update(slots: Slots, tokens: GPUBuffer, guided: boolean): Dispatch {
    const { inChannels: channels, patch, grid } = this.#network.config;
    return solverStep({
      label: 'solver step',
      part: 'step',
      tokens,
      asked: this.#states[slots.asked],
      x: this.#states[slots.x],
      previous: this.#velocities[slots.previous],
      noise: this.#noise,
      next: this.#states[slots.next],
      velocity: this.#velocities[slots.velocity],
      clean: this.#clean,
      states: 1,
      guided,
      channels,
      patch,
      grid,
      columns: paddedColumns(this.#network.config),
    });
  }
}

const paddedColumns = ({ inChannels, patch }: VelocityNetwork['config']): number =>
  Math.ceil((inChannels * patch ** 2) / 4) * 4;

/** Conditional and guiding call in one batch; only their cores part when the guiding one has its own budget. */
function guidedBatch(budget: number, guideBudget: number): { firstImage: number; images: number; kept: number }[] {
  if (guideBudget === budget) return [{ firstImage: 0, images: 2, kept: budget }];
  return [
    { firstImage: 0, images: 1, kept: budget },
    { firstImage: 1, images: 1, kept: guideBudget },
  ];
}
