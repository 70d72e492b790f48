import { ElitError } from '../errors.ts';
import { type FromWorker, PROTOCOL, plainRequest, type ToWorker } from './protocol.ts';
import type { GeneratedImage, GenerateRequest, LoadOptions, ModelInfo } from './types.ts';

export interface GeneratorOptions extends LoadOptions {
  /** Which engine draws. WebGPU is the only one so far. */
  readonly backend?: 'webgpu' | undefined;
}

/** The page's end of the line to a worker: a Worker, or a test's. */
export type WorkerPort = Pick<Worker, 'addEventListener' | 'terminate'> & { postMessage(message: ToWorker): void };

interface Job {
  readonly request: GenerateRequest;
  readonly called: number;
  readonly resolve: (image: GeneratedImage) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Draws images with a model, in a worker of its own: the page's thread never computes.
 *
 * ```ts
 * const generator = await Generator.load('models/emoji-128/');
 * const image = await generator.generate({ subject: 'cat face', style: 'noto', seed: 7, budget: 8 });
 * ```
 */
export class Generator {
  /** The model's subjects, styles, sizes, costs and defaults. */
  readonly info: ModelInfo;
  readonly #port: WorkerPort;
  readonly #jobs = new Map<number, Job>();
  #nextId = 0;
  #ended: ElitError | undefined;

  private constructor(port: WorkerPort, info: ModelInfo) {
    this.#port = port;
    this.info = info;
  }

  /**
   * Loads the model in the folder at `url` (or whose model.json is there), relative to the page.
   * @throws ElitError that says what is missing: WebGPU ('insecure-context', 'webgpu-missing', 'webgpu-no-adapter',
   * 'gpu-…'), the model ('model-…', 'manifest-invalid', 'config-invalid', 'weights-…', 'decoder-failed') or the
   * worker ('worker-failed'); or the signal's reason
   */
  static async load(url: string | URL, options: GeneratorOptions = {}): Promise<Generator> {
    options.signal?.throwIfAborted();
    if (options.backend !== undefined && options.backend !== 'webgpu') {
      throw new ElitError('request-invalid', `There is no backend “${options.backend}”.`, 'Use “webgpu”.');
    }
    if (!URL.canParse(url, location.href)) {
      throw new ElitError('model-not-found', `“${url}” is not an address.`, 'Give the address of a model’s folder.');
    }
    return Generator.connect(startWorker(), new URL(url, location.href).href, options);
  }

  /** Loads through a worker that already runs `serve`. */
  static connect(port: WorkerPort, address: string, { onProgress, signal }: LoadOptions = {}): Promise<Generator> {
    return new Promise((resolve, reject) => {
      let generator: Generator | undefined;
      const fail = (reason: unknown) => {
        if (generator && reason instanceof ElitError) generator.#end(reason);
        port.terminate();
        reject(reason);
      };
      const abort = () => fail(signal?.reason);
      signal?.addEventListener('abort', abort, { once: true });
      port.addEventListener('message', ({ data: message }: MessageEvent<FromWorker>) => {
        if (message.type === 'progress') onProgress?.(message.progress);
        else if (message.type === 'ended') fail(ElitError.fromData(message.error));
        else if (message.type === 'loaded') {
          signal?.removeEventListener('abort', abort);
          generator = new Generator(port, message.info);
          resolve(generator);
        } else if (generator) generator.#receive(message);
      });
      port.addEventListener('error', ({ message }) => fail(workerFailed(message || 'its script could not be loaded')));
      port.addEventListener('messageerror', () => fail(workerFailed('its message could not be read')));
      port.postMessage({ type: 'load', protocol: PROTOCOL, address });
    });
  }

  /**
   * Draws one image. The newest request wins: an older one under way rejects with 'superseded' (one that is not
   * valid disturbs nothing). Aborting the signal rejects at once with its reason.
   * @throws ElitError 'request-invalid' | 'name-unknown' | 'superseded' | 'disposed' | 'gpu-device-lost' |
   * 'decoder-failed' | 'worker-failed', or the signal's reason
   */
  generate(request: GenerateRequest = {}): Promise<GeneratedImage> {
    const { signal, onStep } = request;
    return new Promise<GeneratedImage>((resolve, reject) => {
      if (this.#ended) throw this.#ended;
      signal?.throwIfAborted();
      const id = this.#nextId++;
      this.#port.postMessage({ type: 'generate', id, request: plainRequest(request), previews: onStep !== undefined });
      const abort = () => {
        this.#jobs.delete(id);
        this.#port.postMessage({ type: 'cancel', id });
        reject(signal?.reason);
      };
      const settle =
        <T>(how: (value: T) => void) =>
        (value: T) => {
          this.#jobs.delete(id);
          signal?.removeEventListener('abort', abort);
          how(value);
        };
      this.#jobs.set(id, { request, called: performance.now(), resolve: settle(resolve), reject: settle(reject) });
      signal?.addEventListener('abort', abort, { once: true });
    });
  }

  /** Ends the worker and frees all it holds. Requests under way, and later ones, reject with 'disposed'. */
  dispose(): void {
    this.#end(new ElitError('disposed', 'The generator was disposed.', 'Load the model again to draw more.'));
    this.#port.terminate();
  }

  #receive(message: Extract<FromWorker, { id: number }>): void {
    const job = this.#jobs.get(message.id);
    if (job === undefined) return; // cancelled meanwhile
    if (message.type === 'preview') job.request.onStep?.(message.preview);
    else if (message.type === 'failed') job.reject(ElitError.fromData(message.error));
    else job.resolve({ ...message.image, timing: { ...message.image.timing, total: performance.now() - job.called } });
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

function workerFailed(detail: string): ElitError {
  return new ElitError(
    'worker-failed',
    `The worker that draws stopped: ${detail}.`,
    'Load the model again. If that fails, reload the page: its files may have been updated while it was open.',
  );
}
