import type { Gpu } from '../gpu/gpu.ts';
import { type Dispatch, Program, StageTable } from '../gpu/program.ts';
import { type TimedPart, timeProgram } from '../gpu/timing.ts';
import { patchify } from '../kernels/patchify/patchify.ts';
import { solverStep } from '../kernels/solver-step/solver-step.ts';
import { type Guidance, guides, guidingCall } from './guidance.ts';
import type { Stage } from './solvers.ts';

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

type StateSlot = 0 | 1 | 2;
type VelocitySlot = 0 | 1;

/** Which buffers a stage uses: the state asked about, the one updated from, the result, both velocities. */
interface Slots {
  readonly asked: StateSlot;
  readonly x: StateSlot;
  readonly next: StateSlot;
  readonly previous: VelocitySlot;
  readonly velocity: VelocitySlot;
}

/** Deals out three state and two velocity buffers so that no stage reads what it writes. */
class StateRotation {
  #x: StateSlot = 0;
  #asked: StateSlot = 0;
  #velocity: VelocitySlot = 0;

  take(stage: Stage): Slots {
    const [x, asked] = [this.#x, this.#asked];
    const next = ([0, 1, 2] as const).find((slot) => slot !== x && slot !== asked) ?? 0;
    const previous = this.#velocity;
    const velocity = previous === 0 ? 1 : 0;
    this.#velocity = velocity;
    this.#asked = next;
    if (stage.commits) this.#x = next;
    return { asked, x, next, previous, velocity };
  }
}

interface StageLaunch {
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
