import { ElitError } from '../errors.ts';
import type { Gpu } from '../gpu/gpu.ts';
import { type Dispatch, Program, StageTable } from '../gpu/program.ts';
import { patchify } from '../kernels/patchify/patchify.ts';
import { solverStep } from '../kernels/solver-step/solver-step.ts';
import { conditionVector } from '../model/condition.ts';
import type { BeforeCore } from '../model/network.ts';
import { isShortage } from '../model/shortage.ts';
import { patchWidth } from '../model/workspace.ts';
import { FirstStage } from './first-stage.ts';
import { guides, guidingCall } from './guidance.ts';
import { type GuidingApart, type RunSpec, SamplingRun, type StageLaunch, type Timeable } from './sampling-run.ts';
import { type Slots, StateRotation } from './slots.ts';

/** Which calls of guidance a forward makes: the conditional one, with the guiding one in its batch or not, or that alone. */
export type CallRole = 'conditional' | 'guiding';

/** What the sampler needs of a network; the model's `Network` fits. */
export interface VelocityNetwork {
  readonly config: { readonly inChannels: number; readonly patch: number; readonly grid: number };
  /** Another object for other kernels. */
  readonly variants: object;
  label(index: number): Float32Array<ArrayBuffer>;
  condition(times: readonly number[], vectors: readonly Float32Array<ArrayBuffer>[]): Promise<Timeable>;
  reserve(images: number): Promise<void>;
  velocity(
    cores: readonly { firstImage: number; images: number; kept: number }[],
    role: CallRole,
  ): Promise<{
    readonly program: Program;
    readonly patches: GPUBuffer;
    readonly output: GPUBuffer;
    readonly beforeCore: BeforeCore | null;
  }>;
}

type VelocityForward = Awaited<ReturnType<VelocityNetwork['velocity']>>;

/** How the two calls of guidance are made. */
interface Room {
  /** Why one after the other; null for one batch. */
  readonly shortage: ElitError | null;
  /** Takes the outputs of both where they are made one after the other [2·T, p·p·C padded]. */
  readonly pair: GPUBuffer | null;
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
  readonly #firstStage = new FirstStage();
  #room: Room | undefined;

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

  /**
   * Makes room for a guided stage: for both calls in one batch, or, where memory is too short for that, for one after
   * the other, and so it stays.
   * @returns why they are made one after the other; null where they are one batch
   * @throws ElitError gpu-out-of-memory | gpu-validation | gpu-limits when there is room for neither
   */
  async reserve(): Promise<ElitError | null> {
    await this.#network.reserve(1);
    this.#room ??= await this.#findRoom();
    return this.#room.shortage;
  }

  async #findRoom(): Promise<Room> {
    try {
      await this.#network.reserve(2);
      return { shortage: null, pair: null };
    } catch (thrown) {
      if (!isShortage(thrown)) throw thrown;
      const bytes = 2 * 4 * this.#network.config.grid ** 2 * patchWidth(this.#network.config);
      const pair = await this.#gpu.allocate(() => this.#gpu.createStorage('outputs of both calls', bytes));
      return { shortage: ElitError.from(thrown), pair };
    }
  }

  /**
   * Prepares a run; what an earlier one computed and this one shares is kept.
   * @throws ElitError gpu-shader | gpu-limits | gpu-out-of-memory | gpu-validation
   */
  async begin(spec: RunSpec): Promise<SamplingRun> {
    const guided = spec.stages.map((stage) => guides(spec.guidance, stage.t));
    const images = guided.includes(true) ? 2 : 1;
    const network = this.#network;
    if (images === 2) await this.reserve();
    const guide = guidingCall(spec.guidance, spec);
    const vectors = [spec.label, guide.label].slice(0, images).map((label) => conditionVector(network, label));
    const times = spec.stages.map((stage) => stage.t);
    const filling = await network.condition(times, vectors);

    const first = {
      noise: spec.noise,
      t: times[0] ?? 0,
      vectors: vectors.slice(0, guided[0] ? 2 : 1),
      kernels: network.variants,
    };
    const states = new StateRotation();
    const launches: StageLaunch[] = [];
    for (const [index, stage] of spec.stages.entries()) {
      const { forward, apart } = await this.#forward(spec.budget, guided[index] ? guide.budget : null);
      const slots = states.take(stage);
      const key = `${guided[index] ? 2 : 1}${apart ? ' apart' : ''} ${Object.values(slots).join()}`;
      const tokens = apart?.pair ?? forward.output;
      launches.push({
        patchify: await this.#program(`patchify ${key}`, () =>
          this.#patchify(slots, forward.patches, guided[index] === true && !apart),
        ),
        forward: forward.program,
        apart,
        update: await this.#program(`update ${key}`, () => this.#update(slots, tokens, guided[index] === true)),
        prelude:
          index === 0 && forward.beforeCore && !apart ? this.#firstStage.prepare(first, forward.beforeCore) : null,
        result: this.#states[slots.next],
        drawsNoise: stage.noise !== 0,
        step: stage.step,
      });
    }
    const table = new StageTable(
      this.#gpu,
      spec.stages.flatMap((stage, index) => {
        const row = (index % filling.stages) * images;
        const values = { ...stage, row, guidance: guided[index] ? spec.guidance.scale : 1 };
        return [values, { ...values, row: row + 1 }];
      }),
    );
    this.#gpu.device.queue.writeBuffer(this.#states[0], 0, spec.noise);
    return new SamplingRun(this.#gpu, spec, launches, {
      table,
      filling,
      noise: this.#noise,
      clean: this.#clean,
      bytes: this.#bytes,
    });
  }

  /** The forward of a stage: of both calls in one batch, or of the conditional one, the guiding one apart. */
  async #forward(
    budget: number,
    guideBudget: number | null,
  ): Promise<{ forward: VelocityForward; apart: GuidingApart | null }> {
    const conditional = (cores: Parameters<VelocityNetwork['velocity']>[0]) => {
      return this.#network.velocity(cores, 'conditional');
    };
    const alone = (kept: number) => [{ firstImage: 0, images: 1, kept }];
    if (guideBudget === null) return { forward: await conditional(alone(budget)), apart: null };
    const pair = this.#room?.pair ?? null;
    if (pair === null) return { forward: await conditional(guidedBatch(budget, guideBudget)), apart: null };
    const guide = await this.#network.velocity(alone(guideBudget), 'guiding');
    return { forward: await conditional(alone(budget)), apart: { program: guide.program, output: guide.output, pair } };
  }

  async dispose(): Promise<void> {
    for (const program of await Promise.all(this.#programs.values())) program.dispose();
    if (this.#room?.pair) this.#gpu.destroyBuffer(this.#room.pair);
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
      columns: patchWidth(this.#network.config),
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
      columns: patchWidth(this.#network.config),
    });
  }
}

/** Conditional and guiding call in one batch; only their cores part when the guiding one has its own budget. */
function guidedBatch(budget: number, guideBudget: number): { firstImage: number; images: number; kept: number }[] {
  if (guideBudget === budget) return [{ firstImage: 0, images: 2, kept: budget }];
  return [
    { firstImage: 0, images: 1, kept: budget },
    { firstImage: 1, images: 1, kept: guideBudget },
  ];
}
