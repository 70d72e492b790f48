import { ElitError } from '../errors.ts';
import { classIndex } from '../model/subjects.ts';
import { gaussianNoise } from '../sampling/noise.ts';
import type { RunSpec } from '../sampling/sampling-run.ts';
import { solve } from '../sampling/solvers.ts';
import { abortable, anySignal } from './abort.ts';
import { type LoadedModel, type LoadModelOptions, loadModel } from './load-model.ts';
import { describeModel } from './model-info.ts';
import { Previews } from './previews.ts';
import { rootCause } from './root-cause.ts';
import { queueStages } from './run.ts';
import { latentLength, resolveSettings } from './settings.ts';
import type { ModelSource } from './source.ts';
import type { GeneratedImage, GenerateRequest, ModelInfo, Settings } from './types.ts';

/** Touches every kernel and the decoder once, so that the first picture takes no longer than the next. */
const WARM_UP: GenerateRequest = { seed: 0, steps: 1, budget: 1, guidance: 1 };

/** A loaded model on this thread. A browser keeps one in a worker (see Generator), the command line uses it as it is. */
export class Engine {
  readonly info: ModelInfo;
  /** Settles when the GPU is lost; nothing can be drawn from then on. */
  readonly lost: Promise<ElitError>;
  readonly #model: LoadedModel;
  /** The newest request's; a newer one aborts it. */
  #newest: AbortController | undefined;
  /** The sampler serves one run at a time; the next waits for this. */
  #sampling: Promise<unknown> = Promise.resolve();
  #decodeMs = 0;
  #ended: ElitError | undefined;

  /** @param model is the engine's from here on: `dispose` frees it */
  constructor(model: LoadedModel) {
    this.info = describeModel(model.manifest, model.device);
    this.lost = model.device.lost;
    this.#model = model;
    void this.lost.then((error) => this.#end(error));
  }

  /**
   * Loads a model and draws once to warm up.
   * @throws ElitError of opening the GPU, reading the model or compiling; or the signal's reason
   */
  static async load(source: ModelSource, options: LoadModelOptions): Promise<Engine> {
    const { signal, onProgress } = options;
    const engine = new Engine(await loadModel(source, options));
    try {
      onProgress?.({ phase: 'warmup', done: 0, total: 1 });
      await engine.generate({ ...WARM_UP, signal });
      onProgress?.({ phase: 'warmup', done: 1, total: 1 });
    } catch (thrown) {
      await engine.dispose();
      throw thrown;
    }
    return engine;
  }

  /**
   * Draws one image. The newest request wins: a run under way ends within about 30 ms of GPU work, and its promise
   * rejects. A request that is not valid disturbs nothing.
   * @throws ElitError 'request-invalid' | 'name-unknown' | 'superseded' | 'disposed' | 'gpu-device-lost' |
   * 'decoder-failed', or the reason of the request's signal
   */
  async generate(request: GenerateRequest): Promise<GeneratedImage> {
    const called = performance.now();
    if (this.#ended) throw this.#ended;
    request.signal?.throwIfAborted();
    const settings = resolveSettings(request, this.#model.manifest);
    this.#newest?.abort(superseded());
    const job = new AbortController();
    this.#newest = job;
    const signal = anySignal(job.signal, request.signal);
    const sampled = this.#sampling.then(() => this.#sample(request, settings, signal));
    this.#sampling = sampled.catch(() => undefined); // the caller has the failure; the next run is not concerned
    try {
      const { latents, ms: sampling } = await abortable(sampled, signal);
      const from = performance.now();
      const pixels = await abortable(this.#model.decoder.decode(latents), signal);
      const decoding = performance.now() - from;
      this.#decodeMs = decoding;
      const timing = { total: performance.now() - called, sampling, decoding };
      return { ...pixels, latents, settings, timing, backend: this.info.backend };
    } catch (thrown) {
      throw thrown === signal.reason ? thrown : await rootCause(thrown, this.lost);
    } finally {
      if (this.#newest === job) this.#newest = undefined;
    }
  }

  /** Frees the GPU and the decoder. A request under way, and any later one, rejects with 'disposed'. */
  async dispose(): Promise<void> {
    this.#end(new ElitError('disposed', 'The generator was disposed.', 'Load the model again to draw more.'));
    await this.#sampling;
    await this.#model.dispose();
  }

  async #sample(request: GenerateRequest, settings: Settings, signal: AbortSignal): Promise<Sampled> {
    signal.throwIfAborted();
    const from = performance.now();
    const { sampler, decoder } = this.#model;
    const run = await sampler.begin(this.#runSpec(request, settings));
    const previews = request.onStep && new Previews(run, decoder, this.#decodeMs, request.onStep);
    try {
      await queueStages(run, signal, { onQueued: (index, stageMs) => previews?.offer(index, stageMs) });
      const latents = await abortable(run.latents(), signal);
      checkFinite(latents);
      return { latents, ms: performance.now() - from };
    } finally {
      previews?.stop();
      // The next run must not queue behind what this one has left: on a slow GPU a fast slider would pile that up.
      if (signal.aborted) await run.drained().catch(() => undefined);
      run.dispose();
    }
  }

  #runSpec({ noise }: GenerateRequest, settings: Settings): RunSpec {
    const { manifest } = this.#model;
    const count = latentLength(manifest);
    const seed = settings.seed ?? 0;
    return {
      noise: noise ? new Float32Array(noise) : gaussianNoise(seed, count),
      label: classIndex(manifest, settings.subject, settings.style),
      nullLabel: manifest.nullClass,
      stages: solve(settings.solver, settings.steps),
      budget: settings.budget,
      guidance: settings.guidance,
      stepNoise: (step) => gaussianNoise(seed, count, step + 1),
    };
  }

  #end(error: ElitError): void {
    this.#ended ??= error;
    this.#newest?.abort(this.#ended);
  }
}

interface Sampled {
  readonly latents: Float32Array<ArrayBuffer>;
  readonly ms: number;
}

function superseded(): ElitError {
  return new ElitError(
    'superseded',
    'A newer request took this one’s place.',
    'Nothing to do: the newer one is drawn.',
  );
}

/** A driver that computes wrongly must not end in a picture of nothing. */
function checkFinite(latents: Float32Array): void {
  const bad = latents.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return;
  throw new ElitError(
    'internal',
    `The network computed ${latents[bad]} at place ${bad} of the image’s latents.`,
    'Lower the guidance. If that does not help, the graphics driver computes wrongly: please report it with its name.',
  );
}
