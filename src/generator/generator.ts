import { ElitError } from '../errors.ts';
import type { AttentionMaps, AttentionRequest } from './attention.ts';
import type { ChosenKernels } from './network-tuning.ts';
import { plainAttentionRequest, plainRequest, type ToWorker } from './protocol.ts';
import { BACKENDS, type GeneratedImage, type GenerateRequest, type LoadOptions, type ModelInfo } from './types.ts';
import { type Answer, type Opened, type WorkerLink, type WorkerPort, workerFailed } from './worker-link.ts';
import { type RecoveryOptions, Workers } from './workers.ts';

export interface GeneratorOptions extends LoadOptions, RecoveryOptions {}

/** What is asked of a worker, and what becomes of its answers. */
interface Asked<T> {
  readonly signal: AbortSignal | undefined;
  message(id: number): Extract<ToWorker, { id: number }>;
  /** Not of a failure. */
  onAnswer(answer: Answer, resolve: (result: T) => void): void;
}

interface Job {
  readonly message: Asked<unknown>['message'];
  readonly onAnswer: (answer: Answer) => void;
  readonly reject: (reason: unknown) => void;
  /** Workers that were given it. */
  tries: number;
}

/**
 * Draws images with a model, in a worker of its own: the page's thread never computes. Should the worker crash or
 * hang, or the GPU be lost, another worker loads the model again and repeats the request, once.
 *
 * ```ts
 * const generator = await Generator.load('models/emoji-128/');
 * const image = await generator.generate({ subject: 'cat face', style: 'noto', seed: 7, budget: 8 });
 * ```
 */
export class Generator {
  readonly #workers: Workers;
  readonly #onRecovery: RecoveryOptions['onRecovery'];
  readonly #onKernels: RecoveryOptions['onKernels'];
  readonly #onLimits: RecoveryOptions['onLimits'];
  readonly #onParts: RecoveryOptions['onParts'];
  readonly #life = new AbortController();
  readonly #jobs = new Map<number, Job>();
  /** undefined while a lost worker is being replaced. */
  #link: WorkerLink | undefined;
  #info: ModelInfo;
  #kernels: ChosenKernels = {};
  /** Asked for and not answered: a worker that takes another's place is asked too. */
  #owesLimits = false;
  #nextId = 0;
  #ended: ElitError | undefined;

  private constructor(workers: Workers, { link, info }: Opened, options: RecoveryOptions) {
    this.#workers = workers;
    this.#onRecovery = options.onRecovery;
    this.#onKernels = options.onKernels;
    this.#onLimits = options.onLimits;
    this.#onParts = options.onParts;
    this.#info = info;
    this.#adopt(link);
  }

  /** The model's subjects, styles, sizes, costs and defaults, and what draws: that may change with a recovery. */
  get info(): ModelInfo {
    return this.#info;
  }

  /**
   * Which kernel serves which shape, as far as that was measured on this device: each is tuned while nothing is
   * drawn, and the result is kept for the next visit. Empty where our kernels do not draw.
   */
  get kernels(): ChosenKernels {
    return this.#kernels;
  }

  /** Forgets what was measured on this device, so that it is measured anew. */
  resetTuning(): void {
    this.#link?.resetTuning();
  }

  /** Measures what the device could do at best, for a second or several, with images drawn in between; `onLimits` is told. */
  measureLimits(): void {
    if (!this.#owesLimits) this.#link?.measureLimits();
    this.#owesLimits = true;
  }

  /**
   * Splits the last picture's time into the parts of the network and the decoder, by the GPU's timestamps; `onParts` is
   * told. It takes some forwards, with images drawn in between; an image that is asked for ends it, and nobody is told.
   */
  measureParts(): void {
    this.#link?.measureParts();
  }

  /**
   * Loads the model in the folder at `url` (or whose model.json is there), relative to the page. The GPU draws, or
   * the processor where there is none, or none that is faster; `options.backend` leaves no choice.
   * @throws ElitError that says what is missing: WebGPU, if it was asked for ('insecure-context', 'webgpu-missing',
   * 'webgpu-no-adapter', 'gpu-…'), the model ('model-…', 'manifest-invalid', 'config-invalid', 'weights-…', 'decoder-failed') or the
   * worker ('worker-failed'); or the signal's reason
   */
  static async load(url: string | URL, options: GeneratorOptions = {}): Promise<Generator> {
    options.signal?.throwIfAborted();
    const { backend } = options;
    if (backend !== undefined && !BACKENDS.includes(backend)) {
      const hint = `Use one of: ${BACKENDS.join(', ')}; or none, to have it chosen.`;
      throw new ElitError('request-invalid', `There is no backend “${backend}”.`, hint);
    }
    if (!URL.canParse(url, location.href)) {
      throw new ElitError('model-not-found', `“${url}” is not an address.`, 'Give the address of a model’s folder.');
    }
    return Generator.connect(startWorker, new URL(url, location.href).href, options);
  }

  /** Loads through the workers that `start` gives, each of which runs `serve`. */
  static async connect(
    start: () => WorkerPort,
    address: string,
    options: LoadOptions & RecoveryOptions = {},
  ): Promise<Generator> {
    const workers = new Workers(start, address, options);
    return new Generator(workers, await workers.open(options), options);
  }

  /**
   * Draws one image. The newest request wins: an older one under way rejects with 'superseded' (one that is not
   * valid disturbs nothing). Aborting the signal rejects at once with its reason.
   * @throws ElitError 'request-invalid' | 'name-unknown' | 'superseded' | 'disposed' | 'decoder-failed'; after a
   * repetition failed too 'worker-failed' | 'gpu-device-lost'; what kept a lost worker from being replaced; or the
   * signal's reason
   */
  generate(request: GenerateRequest = {}): Promise<GeneratedImage> {
    const called = performance.now();
    const previews = request.onStep !== undefined;
    return this.#ask<GeneratedImage>({
      signal: request.signal,
      message: (id) => ({ type: 'generate', id, request: plainRequest(request), previews }),
      onAnswer: (answer, resolve) => {
        if (answer.type === 'preview') request.onStep?.(answer.preview);
        if (answer.type === 'encoder') request.onEncoder?.(answer.progress);
        if (answer.type !== 'image') return;
        resolve({ ...answer.image, timing: { ...answer.image.timing, total: performance.now() - called } });
      },
    });
  }

  /**
   * Samples a picture again to see where its latents look: the attention of Read and Write at chosen steps. It is a
   * request like the others, of which the newest wins.
   * @throws ElitError 'unsupported' where WebGPU does not draw, and of a model without latents; and what `generate` throws
   */
  attention(request: AttentionRequest = {}): Promise<AttentionMaps> {
    return this.#ask<AttentionMaps>({
      signal: request.signal,
      message: (id) => ({ type: 'attention', id, request: plainAttentionRequest(request) }),
      onAnswer: (answer, resolve) => {
        if (answer.type === 'looked') request.onProgress?.(answer.progress);
        if (answer.type === 'maps') resolve(answer.maps);
      },
    });
  }

  #ask<T>({ signal, message, onAnswer }: Asked<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#ended) throw this.#ended;
      signal?.throwIfAborted();
      const id = this.#nextId++;
      const abort = () => {
        this.#jobs.delete(id);
        this.#link?.send({ type: 'cancel', id });
        reject(signal?.reason);
      };
      const settle =
        <V>(how: (value: V) => void) =>
        (value: V) => {
          this.#jobs.delete(id);
          signal?.removeEventListener('abort', abort);
          how(value);
        };
      const settled = settle(resolve);
      const job = {
        message,
        onAnswer: (answer: Answer) => onAnswer(answer, settled),
        reject: settle(reject),
        tries: 0,
      };
      this.#jobs.set(id, job);
      signal?.addEventListener('abort', abort, { once: true });
      if (this.#link) this.#send(this.#link, id, job);
    });
  }

  /** Ends the worker and frees all it holds. Requests under way, and later ones, reject with 'disposed'. */
  dispose(): void {
    this.#end(new ElitError('disposed', 'The generator was disposed.', 'Load the model again to draw more.'));
    this.#life.abort();
    this.#link?.close();
  }

  #adopt(link: WorkerLink): void {
    this.#link = link;
    link.onAnswer = (answer) => this.#receive(answer);
    link.onKernels = (kernels) => {
      this.#kernels = kernels;
      this.#onKernels?.(kernels);
    };
    link.onLimits = (limits) => {
      this.#owesLimits = false;
      this.#onLimits?.(limits);
    };
    link.onParts = (parts) => {
      if (parts !== undefined) this.#onParts?.(parts);
    };
    if (this.#owesLimits) link.measureLimits();
    void link.ended.then((error) => this.#lose(error));
    for (const [id, job] of this.#jobs) this.#send(link, id, job);
  }

  #send(link: WorkerLink, id: number, job: Job): void {
    job.tries++;
    try {
      link.send(job.message(id));
    } catch (thrown) {
      job.reject(thrown); // it holds what cannot be sent
    }
  }

  #receive(answer: Answer): void {
    if (answer.type === 'image' || answer.type === 'maps') this.#workers.worked();
    const job = this.#jobs.get(answer.id);
    if (job === undefined) return; // cancelled meanwhile
    if (answer.type === 'failed') job.reject(ElitError.fromData(answer.error));
    else job.onAnswer(answer);
  }

  /** The worker is gone: another takes its place; the same request costs no third worker, but for one without the GPU. */
  async #lose(error: ElitError): Promise<void> {
    this.#link = undefined;
    try {
      const isLastTry = [...this.#jobs.values()].some((job) => job.tries > 1);
      const { link, info } = await this.#workers.replace(error, this.#life.signal, isLastTry);
      this.#info = info;
      if (this.#ended) link.close();
      else this.#adopt(link);
    } catch (thrown) {
      if (this.#ended) return; // disposed meanwhile
      const final = ElitError.from(thrown);
      this.#end(final);
      this.#onRecovery?.({ state: 'failed', error: final });
    }
  }

  #end(error: ElitError): void {
    this.#ended ??= error;
    for (const job of this.#jobs.values()) job.reject(this.#ended);
  }
}

/** @throws ElitError 'worker-failed' where the page's own policy forbids workers */
function startWorker(): Worker {
  try {
    return new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'elit-web generator' });
  } catch (cause) {
    throw workerFailed(cause instanceof Error ? cause.message : String(cause));
  }
}
