import { ElitError } from '../errors.ts';
import { log } from '../log.ts';

/** How long nobody must have drawn before tuning begins, ms. */
const QUIET = 300;
/** Longest that it goes on at a time, and the pause before it goes on, ms. */
const SLICE = 2000;
const PAUSE = 5000;

/** Runs work when no image is being drawn, and keeps images waiting while it runs. */
export type Exclusively = <T>(work: () => Promise<T>) => Promise<T>;

/** What is tuned, in steps of some milliseconds. */
export interface Tunable {
  /** Measures one thing more; false when nothing is left. What it measures after the signal is aborted does not count. */
  step(exclusively: Exclusively, signal: AbortSignal): Promise<boolean>;
  /** Puts what was found into use. */
  adopt(): Promise<void>;
}

/**
 * Tunes while nobody draws: a slice of two seconds after an image, another after each pause until nothing is left,
 * abandoned the moment an image is asked for.
 */
export class IdleTuning {
  readonly #tunable: Tunable;
  readonly #exclusively: Exclusively;
  #stop = new AbortController();

  constructor(tunable: Tunable, exclusively: Exclusively) {
    this.#tunable = tunable;
    this.#exclusively = exclusively;
  }

  /** An image is finished, and no other was asked for. */
  rest(): void {
    this.disturb();
    this.#stop = new AbortController();
    this.#later(QUIET, this.#stop.signal);
  }

  /** An image is asked for, or there is nothing to tune any more. */
  disturb(): void {
    this.#stop.abort();
  }

  #later(ms: number, signal: AbortSignal): void {
    const timer = setTimeout(() => void this.#slice(signal), ms);
    signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  }

  async #slice(signal: AbortSignal): Promise<void> {
    const end = performance.now() + SLICE;
    try {
      let isLeft = true;
      while (isLeft && !signal.aborted && performance.now() < end) {
        isLeft = await this.#tunable.step(this.#exclusively, signal);
      }
      if (signal.aborted) return;
      await this.#exclusively(() => this.#tunable.adopt());
      if (isLeft) this.#later(PAUSE, signal);
    } catch (thrown) {
      // A lost device is reported by whoever draws with it; nothing depends on tuning.
      const isLost = thrown instanceof ElitError && thrown.code === 'gpu-device-lost';
      if (!signal.aborted && !isLost) log.warn('The kernels are not tuned any further.', thrown);
    }
  }
}
