import { ElitError, type ErrorCode } from '../errors.ts';
import type { ForwardLimits } from '../model/roofline.ts';
import { abortable, anySignal } from './abort.ts';
import type { BackendChoice } from './backend-choice.ts';
import type { ChosenKernels } from './network-tuning.ts';
import type { PartTimes } from './part-times.ts';
import { type FromWorker, PROTOCOL, type ToWorker } from './protocol.ts';
import type { LoadOptions, ModelInfo } from './types.ts';
import { Watch } from './watch.ts';

/** The page's end of the line to a worker: a Worker, or a test's. */
export type WorkerPort = Pick<Worker, 'addEventListener' | 'terminate'> & { postMessage(message: ToWorker): void };

/** What a worker says about a request. */
export type Answer = Extract<FromWorker, { id: number }>;

/** Kinds after which the request is still owed its answer. */
const NEWS: readonly Answer['type'][] = ['preview', 'looked', 'encoder'];

export interface LinkOptions extends LoadOptions {
  /** How long the worker may give no sign of life while an answer is owed, ms. */
  readonly patience: number;
  /** What has to draw; null leaves it to the worker. */
  readonly choice: BackendChoice | null;
  /** Whether a worker whose answer to a request is this error is done for, whichever request it was. */
  isFatal(code: ErrorCode): boolean;
}

export interface Opened {
  readonly link: WorkerLink;
  readonly info: ModelInfo;
}

/** One worker, from its load to its end. It is watched while it loads or owes an answer. */
export class WorkerLink {
  /** Settles when nothing more is to be had from this worker, which is terminated by then. Never after `close`. */
  readonly ended: Promise<ElitError>;
  onAnswer: (answer: Answer) => void = () => undefined;
  onKernels: (kernels: ChosenKernels) => void = () => undefined;
  onLimits: (limits: ForwardLimits | null) => void = () => undefined;
  onParts: (parts: PartTimes | null | undefined) => void = () => undefined;
  readonly #port: WorkerPort;
  readonly #watch: Watch;
  readonly #isFatal: LinkOptions['isFatal'];
  readonly #owed = new Set<number>();
  readonly #loaded: Promise<ModelInfo>;
  #isLoading = true;
  #isClosed = false;
  #end!: (error: ElitError) => void;
  #welcome!: (info: ModelInfo) => void;

  private constructor(port: WorkerPort, { patience, onProgress, isFatal }: LinkOptions) {
    this.#port = port;
    this.#isFatal = isFatal;
    this.#watch = new Watch({
      patience,
      isAwaited: () => this.#isLoading || this.#owed.size > 0,
      ping: () => port.postMessage({ type: 'ping' }),
      onSilence: () => this.#fail(workerFailed('it no longer answers')),
    });
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    this.#loaded = new Promise((resolve) => {
      this.#welcome = resolve;
    });
    port.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => this.#receive(data, onProgress));
    port.addEventListener('error', (event) => {
      event.preventDefault(); // it is answered for here
      this.#fail(workerFailed(event.message || 'its script could not be loaded'));
    });
    port.addEventListener('messageerror', () => this.#fail(workerFailed('its message could not be read')));
  }

  /**
   * Has the worker behind `port`, which runs `serve`, load the model at `address`.
   * @throws ElitError of the load, or 'worker-failed'; or the signal's reason
   */
  static async open(port: WorkerPort, address: string, options: LinkOptions): Promise<Opened> {
    const link = new WorkerLink(port, options);
    try {
      port.postMessage({ type: 'load', protocol: PROTOCOL, address, choice: options.choice });
      link.#watch.start();
      const failed = link.ended.then((error) => Promise.reject(error));
      return { link, info: await abortable(Promise.race([link.#loaded, failed]), anySignal(options.signal)) };
    } catch (thrown) {
      link.close();
      throw thrown;
    }
  }

  /** @throws DataCloneError when the message holds what cannot be sent */
  send(message: Extract<ToWorker, { id: number }>): void {
    if (this.#isClosed) return; // `ended` tells what becomes of it
    this.#port.postMessage(message);
    if (message.type === 'cancel') this.#owed.delete(message.id);
    else this.#owed.add(message.id);
    this.#watch.start();
  }

  resetTuning(): void {
    if (!this.#isClosed) this.#port.postMessage({ type: 'reset-tuning' });
  }

  measureLimits(): void {
    if (!this.#isClosed) this.#port.postMessage({ type: 'measure-limits' });
  }

  measureParts(): void {
    if (!this.#isClosed) this.#port.postMessage({ type: 'measure-parts' });
  }

  close(): void {
    this.#isClosed = true;
    this.#watch.stop();
    this.#port.terminate();
  }

  #receive(message: FromWorker, onProgress: LoadOptions['onProgress']): void {
    if (this.#isClosed) return;
    this.#watch.heard();
    if (message.type === 'progress') onProgress?.(message.progress);
    else if (message.type === 'loaded') {
      this.#isLoading = false;
      this.#welcome(message.info);
    } else if (message.type === 'kernels') this.onKernels(message.kernels);
    else if (message.type === 'limits') this.onLimits(message.limits);
    else if (message.type === 'parts') this.onParts(message.parts);
    else if (message.type === 'ended') this.#fail(ElitError.fromData(message.error));
    else if (message.type !== 'pong') this.#answer(message);
  }

  #answer(message: Answer): void {
    if (!NEWS.includes(message.type)) this.#owed.delete(message.id);
    if (message.type === 'failed' && this.#isFatal(message.error.code)) this.#fail(ElitError.fromData(message.error));
    else this.onAnswer(message);
  }

  #fail(error: ElitError): void {
    if (this.#isClosed) return;
    this.close();
    this.#end(error);
  }
}

export function workerFailed(detail: string): ElitError {
  return new ElitError(
    'worker-failed',
    `The worker that draws stopped: ${detail}.`,
    'Load the model again. If that fails, reload the page: its files may have been updated while it was open.',
  );
}
