import { vi } from 'vitest';
import type { ElitError } from '../../src/errors.ts';
import type { ChosenDecoder } from '../../src/generator/decoder-choice.ts';
import type { Exclusively } from '../../src/generator/idle-tuning.ts';
import type { LoadedModel } from '../../src/generator/load-model.ts';
import type { ChosenKernels, KernelTuning } from '../../src/generator/network-tuning.ts';
import type { Run } from '../../src/generator/run.ts';
import type { Pixels } from '../../src/generator/types.ts';
import { type Manifest, parseManifest } from '../../src/model/manifest.ts';
import type { RunSpec } from '../../src/sampling/sampling-run.ts';
import { type Stage, solve } from '../../src/sampling/solvers.ts';

/** A model of 4 subjects, 3 styles, 4 latents a group and 2×2×2 latents. */
export function tinyManifest(moreFiles: readonly string[] = []): Manifest {
  const file = { bytes: 1, sha256: '0'.repeat(64) };
  return parseManifest({
    name: 'tiny',
    description: 'For tests',
    architecture: 'elit-sit',
    config: {
      hidden: 8,
      heads: 1,
      depth: 3,
      head_blocks: 1,
      core_blocks: 1,
      tail_blocks: 1,
      group: 2,
      grid: 2,
      patch: 1,
      in_channels: 2,
      num_classes: 11,
    },
    image: { width: 2, height: 2 },
    latent: { channels: 2, height: 2, width: 2 },
    subjects: [
      { name: 'cat face', kind: 'concept', category: 'animal' },
      { name: 'animal', kind: 'concept', category: 'animal' },
      { name: 'animal', kind: 'category', category: 'animal' },
      { name: 'any', kind: 'any' },
    ],
    styles: ['noto', 'twemoji', 'any'],
    class_index: 'subject * (number of styles) + style',
    null_class: 11,
    defaults: { steps: 20, solver: 'euler', guidance: 2.5, budget: 4 },
    files: Object.fromEntries(['elit.safetensors', 'decoder.onnx', ...moreFiles].map((name) => [name, file])),
  });
}

/** A GPU queue on the (faked) clock: what is submitted runs one after the other. */
export class FakeQueue {
  /** When all that is queued will have run. */
  #free = 0;

  submit(ms: number): void {
    this.#free = Math.max(this.#free, performance.now()) + ms;
  }

  /** Milliseconds of work that are waiting or running. */
  get backlog(): number {
    return Math.max(0, this.#free - performance.now());
  }

  drained(): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, this.backlog));
  }
}

/** A run whose every stage keeps the queue busy for `stageMs`. */
export class FakeRun implements Run {
  readonly stages: readonly Stage[];
  readonly queue: FakeQueue;
  stageMs: number;
  readonly submitted: number[] = [];
  /** The queue's backlog after each submit. */
  readonly backlogs: number[] = [];
  result = new Float32Array(8);
  disposed = false;

  constructor(stages: readonly Stage[], stageMs: number, queue = new FakeQueue()) {
    this.stages = stages;
    this.stageMs = stageMs;
    this.queue = queue;
  }

  submit(index: number): void {
    this.submitted.push(index);
    this.queue.submit(this.stageMs);
    this.backlogs.push(this.queue.backlog);
  }

  drained(): Promise<void> {
    return this.queue.drained();
  }

  async preview(): Promise<Float32Array<ArrayBuffer>> {
    const index = this.submitted.at(-1) ?? -1;
    await this.queue.drained();
    return new Float32Array(8).fill(index);
  }

  async latents(): Promise<Float32Array<ArrayBuffer>> {
    await this.queue.drained();
    return this.result;
  }

  dispose(): void {
    this.disposed = true;
  }
}

export function eulerRun(steps: number, stageMs: number): FakeRun {
  return new FakeRun(solve('euler', steps), stageMs);
}

/** Tuning whose steps take 50 ms without the GPU and 20 ms with it. */
export class FakeTuning implements KernelTuning {
  onKernels: (kernels: ChosenKernels) => void = () => undefined;
  kernels: ChosenKernels = {};
  readonly signals: AbortSignal[] = [];
  readonly reset = vi.fn(async () => undefined);

  async step(exclusively: Exclusively, signal: AbortSignal): Promise<boolean> {
    await new Promise((resolve) => setTimeout(resolve, 50));
    this.signals.push(signal);
    await exclusively(() => new Promise((resolve) => setTimeout(resolve, 20)));
    return this.signals.length < 10;
  }

  async adopt(): Promise<void> {
    this.kernels = { 'a product': 'direct 8×4' };
    this.onKernels(this.kernels);
  }
}

/** A sampler that makes FakeRuns on one queue and remembers them. */
export class FakeSampler {
  readonly tier = null;
  readonly tuning = new FakeTuning();
  /** Two measurements of 20 ms. */
  readonly limits = vi.fn(async (alone: Exclusively) => {
    const measure = async () => {
      if (this.runs.some((run) => !run.disposed)) throw new Error('it is measured while an image is drawn');
      await new Promise((resolve) => setTimeout(resolve, 20));
    };
    for (let i = 0; i < 2; i++) await alone(measure);
    return { device: { flops: 1e9, bandwidth: 1e9, launchMs: 0.01 }, forwardMs: [1, 2, 3, 4] };
  });
  stageMs = 5;
  result = new Float32Array(8);
  readonly specs: RunSpec[] = [];
  readonly runs: FakeRun[] = [];
  readonly #queue = new FakeQueue();

  async begin(spec: RunSpec): Promise<FakeRun> {
    if (this.runs.some((run) => !run.disposed)) throw new Error('the sampler serves one run at a time');
    const run = new FakeRun(spec.stages, this.stageMs, this.#queue);
    run.result = this.result;
    this.specs.push(spec);
    this.runs.push(run);
    return run;
  }
}

/** Takes `decodeMs` an image, one after the other; the picture's first byte is the latents' first number. */
export class FakeDecoder implements ChosenDecoder {
  readonly info = { backend: 'wasm', why: null } as const;
  decodeMs: number;
  readonly decoded: number[] = [];
  readonly dispose = vi.fn();
  #last: Promise<unknown> = Promise.resolve();

  constructor(decodeMs = 10) {
    this.decodeMs = decodeMs;
  }

  decode(latents: Float32Array): Promise<Pixels> {
    const picture = this.#last.then(() => this.#decode(latents));
    this.#last = picture;
    return picture;
  }

  async #decode(latents: Float32Array): Promise<Pixels> {
    await new Promise((resolve) => setTimeout(resolve, this.decodeMs));
    this.decoded.push(latents[0] ?? Number.NaN);
    return { width: 1, height: 1, data: Uint8ClampedArray.of(latents[0] ?? 0, 0, 0, 255) };
  }
}

/** A loaded model made of fakes; `lose` loses its GPU. */
export function fakeModel() {
  let lose: (error: ElitError) => void = () => undefined;
  const lost = new Promise<ElitError>((resolve) => {
    lose = resolve;
  });
  const sampler = new FakeSampler();
  const decoder = new FakeDecoder();
  const dispose = vi.fn(async () => undefined);
  const model: LoadedModel = {
    manifest: tinyManifest(),
    device: { backend: 'webgpu', name: 'fake', reason: 'For tests.', lost },
    sampler,
    decoder,
    unkept: null,
    dispose,
  };
  return { model, sampler, decoder, dispose, lose: (error: ElitError) => lose(error) };
}
