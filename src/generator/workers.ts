import { ElitError, type ErrorCode } from '../errors.ts';
import type { ForwardLimits } from '../model/roofline.ts';
import { abortable, anySignal } from './abort.ts';
import { asAsked, type BackendChoice, withoutGpu } from './backend-choice.ts';
import type { ChosenKernels } from './network-tuning.ts';
import type { PartTimes } from './part-times.ts';
import type { Backend, LoadOptions, ModelInfo } from './types.ts';
import { type Opened, WorkerLink, type WorkerPort } from './worker-link.ts';

/** What a generator does about a worker that crashed or hung, or a GPU that was lost or cannot go on. */
export type Recovery =
  | { readonly state: 'begun'; readonly error: ElitError }
  /** `info` tells what draws from here on: maybe another adapter, or the processor. */
  | { readonly state: 'done'; readonly error: ElitError; readonly info: ModelInfo }
  /** The end of the generator, and what it came to; the model has to be loaded again by hand. */
  | { readonly state: 'failed'; readonly error: ElitError };

export interface RecoveryOptions {
  /** What has to draw; without it the worker chooses, and the processor draws where the GPU cannot. */
  readonly backend?: Backend | undefined;
  /**
   * How long the worker may give no sign of life while a load or a request is open, ms; 30 000 by default. It gives
   * them whatever the GPU does, so a slow GPU needs no more.
   */
  readonly patience?: number | undefined;
  readonly onRecovery?: ((recovery: Recovery) => void) | undefined;
  /** Told which kernel serves which shape, whenever tuning has put another one into use. */
  readonly onKernels?: ((kernels: ChosenKernels) => void) | undefined;
  /** Told what `Generator.measureLimits` found; null where our kernels do not draw, or the device cannot be measured. */
  readonly onLimits?: ((limits: ForwardLimits | null) => void) | undefined;
  /** Told what `Generator.measureParts` found; null where our kernels do not draw, or the device has no timestamps. */
  readonly onParts?: ((parts: PartTimes | null) => void) | undefined;
}

const PATIENCE = 30_000;
/** Pauses before the first, second, … new worker in a row that has drawn nothing, ms. There are no more than these. */
const BACK_OFF = [0, 1000, 4000] as const;
/** Faults of one worker or one device; another may do. */
const PASSING: readonly ErrorCode[] = ['worker-failed', 'gpu-device-lost'];
/** A GPU that has just gone may take a moment to be offered again. */
const RETURNING: readonly ErrorCode[] = [...PASSING, 'webgpu-no-adapter'];

/**
 * Starts workers and loads the model in them: again after a fault that may pass, but not for ever, and without the GPU
 * after one of the GPU that does not, unless the GPU was asked for.
 */
export class Workers {
  readonly #start: () => WorkerPort;
  readonly #address: string;
  readonly #options: RecoveryOptions;
  #choice: BackendChoice | null;
  /** Workers that were started after a fault and have drawn nothing yet. */
  #fruitless = 0;

  /** @param start gives a worker that runs `serve` */
  constructor(start: () => WorkerPort, address: string, options: RecoveryOptions) {
    this.#start = start;
    this.#address = address;
    this.#options = options;
    this.#choice = options.backend === undefined ? null : asAsked(options.backend);
  }

  /** A worker has drawn: whatever was wrong before has passed. */
  worked(): void {
    this.#fruitless = 0;
  }

  /** The first worker. @throws ElitError of the load, or the signal's reason */
  async open(options: LoadOptions): Promise<Opened> {
    try {
      return await this.#load(options);
    } catch (thrown) {
      options.signal?.throwIfAborted();
      const fault = ElitError.from(thrown);
      const pause = this.#pauseAfter(fault.code, PASSING);
      // A browser without WebGPU, say, is nothing that was lost and mended.
      return this.#restart(fault, pause, options, PASSING.includes(fault.code) ? this.#options.onRecovery : undefined);
    }
  }

  /**
   * A worker in place of one that ended with `fault`.
   * @param isLastTry two workers have ended with the same request: the next has to draw with something else
   * @throws ElitError of the last try, or the signal's reason
   */
  replace(fault: ElitError, signal: AbortSignal, isLastTry: boolean): Promise<Opened> {
    const pause = isLastTry ? this.#pauseWithoutGpu(fault.code) : this.#pauseAfter(fault.code, PASSING);
    return this.#restart(fault, pause, { signal }, this.#options.onRecovery);
  }

  async #restart(
    fault: ElitError,
    firstPause: number | undefined,
    options: LoadOptions,
    report: RecoveryOptions['onRecovery'],
  ): Promise<Opened> {
    let latest = fault;
    if (firstPause !== undefined) report?.({ state: 'begun', error: fault });
    for (let pause = firstPause; pause !== undefined; pause = this.#pauseAfter(latest.code, RETURNING)) {
      await abortable(new Promise((resolve) => setTimeout(resolve, pause)), anySignal(options.signal));
      try {
        const opened = await this.#load(options);
        report?.({ state: 'done', error: fault, info: opened.info });
        return opened;
      } catch (thrown) {
        options.signal?.throwIfAborted();
        latest = ElitError.from(thrown);
      }
    }
    throw latest;
  }

  /** How long to wait before the worker after one that ended with `code`, ms; undefined when there is to be none. */
  #pauseAfter(code: ErrorCode, passing: readonly ErrorCode[]): number | undefined {
    const pause = BACK_OFF[this.#fruitless];
    if (pause === undefined || !passing.includes(code)) return this.#pauseWithoutGpu(code);
    this.#fruitless++;
    return pause;
  }

  /** The same when the next worker may not use the GPU; undefined too when the GPU was not at fault, or asked for. */
  #pauseWithoutGpu(code: ErrorCode): number | undefined {
    const choice = this.#choice === null ? withoutGpu(code) : undefined;
    if (choice === undefined) return undefined;
    this.#choice = choice;
    this.#fruitless = 0;
    return 0;
  }

  #load(options: LoadOptions): Promise<Opened> {
    return WorkerLink.open(this.#start(), this.#address, {
      ...options,
      patience: this.#options.patience ?? PATIENCE,
      choice: this.#choice,
      isFatal: (code) => PASSING.includes(code) || (this.#choice === null && withoutGpu(code) !== undefined),
    });
  }
}
