/** Pings that may stay unanswered: with fewer, one long task would look like an end. */
const PINGS = 10;

export interface Watched {
  /** How long the other side may be silent, ms. */
  readonly patience: number;
  /** Whether an answer is owed; without one, silence means nothing and nobody is pinged. */
  isAwaited(): boolean;
  /** Asks for a sign of life. */
  ping(): void;
  onSilence(): void;
}

/**
 * Notices when the other side of a line stops answering. It counts its own pings instead of reading a clock, so a
 * laptop that slept, or a page whose timers were held back, does not take its own absence for the other's.
 */
export class Watch {
  readonly #watched: Watched;
  #timer: ReturnType<typeof setInterval> | undefined;
  #unanswered = 0;

  constructor(watched: Watched) {
    this.#watched = watched;
  }

  /** Something is awaited from here on. Calling it again changes nothing. */
  start(): void {
    this.#timer ??= setInterval(() => this.#tick(), this.#watched.patience / PINGS);
  }

  /** The other side gave a sign of life. */
  heard(): void {
    this.#unanswered = 0;
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#unanswered = 0;
  }

  #tick(): void {
    if (!this.#watched.isAwaited()) {
      this.stop();
    } else if (this.#unanswered === PINGS) {
      this.stop();
      this.#watched.onSilence();
    } else {
      this.#unanswered++;
      this.#watched.ping();
    }
  }
}
