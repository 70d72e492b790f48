import { ElitError, type ErrorCode } from '../errors.ts';
import { abortable, anySignal } from './abort.ts';
import type { LoadOptions } from './types.ts';
import { type Opened, WorkerLink, type WorkerPort } from './worker-link.ts';

/** What a generator does about a worker that crashed or hung, or a GPU that was lost. */
export interface Recovery {
  /** 'failed' is the end of the generator; the model has to be loaded again by hand. */
  readonly state: 'begun' | 'done' | 'failed';
  /** What made it necessary; with 'failed', what it came to. */
  readonly error: ElitError;
}

export interface RecoveryOptions {
  /**
   * How long the worker may give no sign of life while a load or a request is open, ms; 30 000 by default. It gives
   * them whatever the GPU does, so a slow GPU needs no more.
   */
  readonly patience?: number | undefined;
  readonly onRecovery?: ((recovery: Recovery) => void) | undefined;
}

const PATIENCE = 30_000;
/** Pauses before the first, second, … new worker in a row that has drawn nothing, ms. There are no more than these. */
const BACK_OFF = [0, 1000, 4000] as const;
/** Faults of one worker or one device; another may do. */
const PASSING: readonly ErrorCode[] = ['worker-failed', 'gpu-device-lost'];
/** A GPU that has just gone may take a moment to be offered again. */
const RETURNING: readonly ErrorCode[] = [...PASSING, 'webgpu-no-adapter'];

/** Starts workers and loads the model in them, again after a fault that may pass, but not for ever. */
export class Workers {
  readonly #start: () => WorkerPort;
  readonly #address: string;
  readonly #options: RecoveryOptions;
  /** Workers that were started after a fault and have drawn nothing yet. */
  #fruitless = 0;

  /** @param start gives a worker that runs `serve` */
  constructor(start: () => WorkerPort, address: string, options: RecoveryOptions) {
    this.#start = start;
    this.#address = address;
    this.#options = options;
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
      return this.#restart(ElitError.from(thrown), options);
    }
  }

  /** A worker in place of one that ended with `fault`. @throws ElitError of the last try, or the signal's reason */
  replace(fault: ElitError, signal: AbortSignal): Promise<Opened> {
    return this.#restart(fault, { signal });
  }

  async #restart(fault: ElitError, options: LoadOptions): Promise<Opened> {
    let latest = fault;
    for (let passing = PASSING; ; passing = RETURNING) {
      const pause = BACK_OFF[this.#fruitless];
      if (pause === undefined || !passing.includes(latest.code)) throw latest;
      if (latest === fault) this.#options.onRecovery?.({ state: 'begun', error: fault });
      this.#fruitless++;
      await abortable(new Promise((resolve) => setTimeout(resolve, pause)), anySignal(options.signal));
      try {
        const opened = await this.#load(options);
        this.#options.onRecovery?.({ state: 'done', error: fault });
        return opened;
      } catch (thrown) {
        options.signal?.throwIfAborted();
        latest = ElitError.from(thrown);
      }
    }
  }

  #load(options: LoadOptions): Promise<Opened> {
    return WorkerLink.open(this.#start(), this.#address, { ...options, patience: this.#options.patience ?? PATIENCE });
  }
}
