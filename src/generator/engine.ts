import { ElitError } from '../errors.ts';
import type { ForwardLimits } from '../model/roofline.ts';
import { stepsAt } from '../sampling/from-picture.ts';
import type { RunSpec } from '../sampling/sampling-run.ts';
import { abortable, anySignal } from './abort.ts';
import { type AttentionMaps, type AttentionRequest, joined, look, lookerOf, stepsToLookAt } from './attention.ts';
import { superseded } from './engine-errors.ts';
import { type Exclusively, IdleTuning } from './idle-tuning.ts';
import { type LoadedModel, type LoadModelOptions, loadModel } from './load-model.ts';
import { describeModel } from './model-info.ts';
import type { ChosenKernels } from './network-tuning.ts';
import { measureParts, type PartTimes } from './part-times.ts';
import { rootCause } from './root-cause.ts';
import { type Read, RunSources, type Waiting } from './run-sources.ts';
import { samplePicture } from './sample-picture.ts';
import { resolveSettings } from './settings.ts';
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
  readonly #sources: RunSources;
  #decodeMs = 0;
  /** The last picture that was finished. */
  #drawn: { readonly spec: RunSpec; readonly settings: Settings } | undefined;
  #ended: ElitError | undefined;
  #tuning: IdleTuning | undefined;

  /** @param model is the engine's from here on: `dispose` frees it */
  constructor(model: LoadedModel) {
    this.info = describeModel(model);
    this.lost = model.device.lost;
    this.#model = model;
    this.#sources = new RunSources(model);
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

  /** Which kernels serve which shapes, as far as that was measured. */
  get kernels(): ChosenKernels {
    return this.#model.sampler.tuning?.kernels ?? {};
  }

  /** From now on kernels are tuned while nobody draws. @param onKernels is told of those put into use */
  tuneWhenIdle(onKernels: (kernels: ChosenKernels) => void): void {
    const { tuning } = this.#model.sampler;
    if (tuning === undefined) return;
    tuning.onKernels = onKernels;
    this.#tuning = new IdleTuning(tuning, (work) => this.#exclusively(work));
  }

  /** Forgets what was measured on this device, here and in the cache; it is measured anew. */
  async resetTuning(): Promise<void> {
    this.#tuning?.disturb();
    await this.#exclusively(async () => this.#model.sampler.tuning?.reset());
    if (this.#newest === undefined) this.#tuning?.rest();
  }

  /**
   * Measures what the device could do at best, in steps between which images are drawn; null where our kernels do not draw.
   * @throws ElitError gpu-shader | gpu-limits | gpu-out-of-memory | gpu-device-lost | disposed
   */
  async measureLimits(): Promise<ForwardLimits | null> {
    return this.#measured(async (alone) => (await this.#model.sampler.limits?.(alone)) ?? null);
  }

  /**
   * Splits the time of the last picture into the parts of the network and the decoder, in steps between which images are
   * drawn; an image that is asked for ends it.
   * @returns null where our kernels do not draw, the device has no timestamps, or nothing was drawn
   * @throws ElitError superseded for an image; gpu-device-lost | disposed
   */
  async measureParts(): Promise<PartTimes | null> {
    const drawn = this.#drawn;
    if (drawn === undefined) return null;
    const { sampler, decoder } = this.#model;
    const open = async () => {
      const run = await sampler.begin(drawn.spec);
      const programs = run.timed ?? [];
      const isOurs = programs.length > 0 && decoder.timed;
      return { programs: isOurs ? [...programs, decoder.timed] : programs, dispose: () => run.dispose() };
    };
    const isOver = () => {
      if (this.#newest) throw superseded();
    };
    const ms = await this.#measured((alone) => measureParts(open, alone), isOver);
    return ms && { settings: drawn.settings, ms };
  }

  /**
   * Draws one image. The newest request wins: a run under way ends within about 30 ms of GPU work, and its promise
   * rejects. A request that is not valid disturbs nothing.
   * @throws ElitError 'request-invalid' | 'name-unknown' | 'superseded' | 'disposed' | 'gpu-device-lost' |
   * 'decoder-failed'; for a prompt 'text-encoder-failed' | 'model-…'; for a picture
   * 'image-encoder-failed' | 'model-…'; or the reason of the request's signal
   */
  async generate(request: GenerateRequest): Promise<GeneratedImage> {
    const called = performance.now();
    return this.#newestOf(request, (settings) => async (signal) => {
      const { onStep } = request;
      const sample = (read: Read) =>
        this.#exclusively(() => {
          const prepare = () => this.#sources.spec(request, settings, read);
          return samplePicture(this.#model, prepare, { signal, onStep, decodeMs: this.#decodeMs });
        });
      const { spec, latents, picture, from, till } = await this.#conditioned(settings, { ...request, signal }, sample);
      const pixels = await abortable(picture, signal);
      const decoding = performance.now() - till;
      this.#decodeMs = decoding;
      this.#drawn = { spec, settings };
      const timing = { total: performance.now() - called, sampling: till - from, decoding };
      return { ...pixels, latents, settings, timing, backend: this.info.backend };
    });
  }

  /**
   * Samples a picture to see where its latents look; no picture comes of it. It is a request like the others: the
   * newest wins.
   * @throws ElitError 'unsupported' of a model without latents, and where nothing can look; and what `generate` throws
   */
  async attention(request: AttentionRequest): Promise<AttentionMaps> {
    const { lookAt, raster } = lookerOf(this.#model);
    return this.#newestOf(request, (settings) => {
      const skipped = settings.steps - stepsAt(settings.strength ?? 1, settings.steps);
      const steps = stepsToLookAt(request.at, settings.steps, skipped);
      return async (signal) => {
        const maps = await this.#conditioned(settings, { ...request, signal }, (read) => {
          const begin = () => lookAt(this.#sources.spec(request, settings, read));
          return this.#exclusively(() => look(begin, steps, signal, request.onProgress));
        });
        return { settings, steps, ...raster, ...joined(maps) };
      };
    });
  }

  /** Does work for the newest request; a newer one aborts it. @param prepare may refuse the request, and disturbs nothing */
  async #newestOf<T>(
    request: Pick<GenerateRequest, 'signal'>,
    prepare: (settings: Settings) => (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    if (this.#ended) throw this.#ended;
    request.signal?.throwIfAborted();
    const work = prepare(resolveSettings(request, this.#model.manifest));
    this.#tuning?.disturb();
    this.#newest?.abort(superseded());
    const job = new AbortController();
    this.#newest = job;
    const signal = anySignal(job.signal, request.signal);
    try {
      return await work(signal);
    } catch (thrown) {
      throw thrown === signal.reason ? thrown : await rootCause(thrown, this.lost);
    } finally {
      if (this.#newest === job) {
        this.#newest = undefined;
        if (!this.#ended) this.#tuning?.rest();
      }
    }
  }

  /** Frees the GPU and the decoder. A request under way, and any later one, rejects with 'disposed'. */
  async dispose(): Promise<void> {
    this.#end(new ElitError('disposed', 'The generator was disposed.', 'Load the model again to draw more.'));
    await this.#sampling;
    await this.#model.dispose();
  }

  /**
   * Samples, once the prompt and the picture to begin with are read. They may have to wait for an encoder; what is drawn
   * meanwhile is not kept waiting.
   */
  #conditioned<T>(settings: Settings, request: Waiting, sample: (read: Read) => Promise<T>): Promise<T> {
    const { signal } = request;
    const reading = this.#sources.read(settings, request);
    return abortable(reading ? abortable(reading, signal).then(sample) : sample({}), signal);
  }

  /**
   * Measurements, each with nothing drawn meanwhile, and no tuning until the last.
   * @param check throws when there is to be no other one
   */
  async #measured<T>(measure: (alone: Exclusively) => Promise<T>, check?: () => void): Promise<T> {
    this.#tuning?.disturb();
    try {
      return await measure((work) =>
        this.#exclusively(() => {
          if (this.#ended) throw this.#ended;
          check?.();
          return work();
        }),
      );
    } finally {
      if (this.#newest === undefined && !this.#ended) this.#tuning?.rest();
    }
  }

  #exclusively<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#sampling.then(work);
    this.#sampling = done.catch(() => undefined); // the caller has the failure; whoever comes next is not concerned
    return done;
  }

  #end(error: ElitError): void {
    this.#ended ??= error;
    this.#tuning?.disturb();
    this.#newest?.abort(this.#ended);
  }
}
