import { conditionVector } from '../../model/condition.ts';
import { guides, guidingCall } from '../../sampling/guidance.ts';
import type { RunSpec } from '../../sampling/sampling-run.ts';
import type { Stage } from '../../sampling/solvers.ts';
import { eventLoopTurn } from './event-loop.ts';
import type { Batch, Modulation, OnnxNetwork } from './network.ts';

/** What the sampler needs of a network. */
export type VelocityNetwork = Pick<OnnxNetwork, 'label' | 'condition' | 'velocity'>;

/** Samples one image at a time on the processor: the counterpart of `sampling/sampler.ts` where there is no GPU. */
export class OnnxSampler {
  readonly #network: VelocityNetwork;

  constructor(network: VelocityNetwork) {
    this.#network = network;
  }

  /** Prepares a run; the modulation is computed again only where times or classes have changed. @throws ElitError runtime-failed */
  async begin(spec: RunSpec): Promise<OnnxSamplingRun> {
    const images = spec.stages.some((stage) => guides(spec.guidance, stage.t)) ? 2 : 1;
    const labels = [spec.label, guidingCall(spec.guidance, spec).label].slice(0, images);
    const vectors = labels.map((label) => conditionVector(this.#network, label));
    const times = spec.stages.map((stage) => stage.t);
    return new OnnxSamplingRun(this.#network, spec, await this.#network.condition(times, vectors));
  }
}

/** Where a run stands after a stage; all are [C·H·W] and never changed. */
interface Progress {
  /** The state the next stage starts from, in double precision. */
  readonly x: Float64Array;
  /** The state the next stage asks about; differs from x in Heun's second stage. */
  readonly asked: Float64Array;
  /** The (guided) velocity of the last stage. */
  readonly velocity: Float64Array;
  /** What the last stage takes for the image: asked - t·v. */
  readonly clean: Float64Array;
}

/** One image on its way: stages are submitted in order and run one after the other, each in its own event loop turn. */
export class OnnxSamplingRun {
  readonly stages: readonly Stage[];
  readonly #network: VelocityNetwork;
  readonly #spec: RunSpec;
  readonly #modulation: Modulation;
  #progress: Promise<Progress>;
  #submitted = 0;
  #disposed = false;

  constructor(network: VelocityNetwork, spec: RunSpec, modulation: Modulation) {
    const x = Float64Array.from(spec.noise);
    this.stages = spec.stages;
    this.#network = network;
    this.#spec = spec;
    this.#modulation = modulation;
    this.#progress = Promise.resolve({ x, asked: x, velocity: new Float64Array(x.length), clean: x });
  }

  /** Queues stage `index` (0, 1, 2, … in order); does not wait. */
  submit(index: number): void {
    if (index !== this.#submitted) throw new RangeError(`stage ${index}, but the next is ${this.#submitted}`);
    const stage = this.stages[index];
    if (stage === undefined) throw new RangeError(`stage ${index} of ${this.stages.length}`);
    this.#submitted += 1;
    this.#progress = this.#progress.then((progress) => this.#advance(progress, stage, index));
    this.#progress.catch(() => undefined); // whoever waits for the run has the failure
  }

  /** How many stages were. */
  get submitted(): number {
    return this.#submitted;
  }

  /** Resolves when everything submitted has run. @throws ElitError runtime-failed when a stage failed */
  async drained(): Promise<void> {
    await this.#progress;
  }

  /** The predicted clean latents x - t·v [C·H·W] after the last submitted stage. */
  async preview(): Promise<Float32Array<ArrayBuffer>> {
    return Float32Array.from((await this.#progress).clean);
  }

  /** The state [C·H·W] after the last submitted stage. */
  async latents(): Promise<Float32Array<ArrayBuffer>> {
    if (this.#submitted === 0) throw new RangeError('no stage was submitted');
    return Float32Array.from((await this.#progress).asked);
  }

  /** Stages that have not begun will not run. */
  dispose(): void {
    this.#disposed = true;
  }

  async #advance(progress: Progress, stage: Stage, index: number): Promise<Progress> {
    await eventLoopTurn();
    if (this.#disposed) return progress;
    const { x, asked, velocity: previous } = progress;
    const velocity = await this.#velocity(asked, stage, index);
    const noise = stage.noise === 0 ? undefined : this.#spec.stepNoise?.(stage.step);
    const next = x.map((start, i) => {
      const drift = stage.base * start + stage.velocity * velocity[i]! + stage.previous * previous[i]!;
      return noise ? drift + stage.noise * noise[i]! : drift;
    });
    const clean = asked.map((value, i) => value - stage.t * velocity[i]!);
    return { x: stage.commits ? next : x, asked: next, velocity, clean };
  }

  /** v_guide + scale·(v_cond - v_guide) where the run guides, else the conditional velocity alone. */
  async #velocity(asked: Float64Array, stage: Stage, index: number): Promise<Float64Array> {
    const { guidance, budget } = this.#spec;
    const ask = (batch: Batch) => this.#network.velocity(repeat(asked, batch.images), this.#modulation, index, batch);
    if (!guides(guidance, stage.t)) return Float64Array.from(await ask({ firstImage: 0, images: 1, kept: budget }));
    const guide = guidingCall(guidance, this.#spec);
    const [conditional, guiding] =
      guide.budget === budget
        ? halves(await ask({ firstImage: 0, images: 2, kept: budget }))
        : [
            await ask({ firstImage: 0, images: 1, kept: budget }),
            await ask({ firstImage: 1, images: 1, kept: guide.budget }),
          ];
    return asked.map((_, i) => guiding[i]! + guidance.scale * (conditional[i]! - guiding[i]!));
  }
}

function repeat(state: Float64Array, times: number): Float32Array {
  const states = new Float32Array(times * state.length);
  for (let i = 0; i < times; i++) states.set(state, i * state.length);
  return states;
}

function halves(values: Float32Array): [Float32Array, Float32Array] {
  const middle = values.length / 2;
  return [values.subarray(0, middle), values.subarray(middle)];
}
