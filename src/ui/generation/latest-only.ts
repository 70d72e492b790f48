/**
 * Runs one job at a time and remembers only the newest value that came meanwhile, so a dragged slider
 * never queues work. A running job gets `patience` milliseconds to finish once a newer value waits, so
 * that a fast device shows every picture of a drag and a slow one gives up stale work at once.
 */
export class LatestOnly<T> {
  readonly #run: (value: T, signal: AbortSignal) => Promise<void>;
  readonly #patience: number;
  #waiting: { readonly value: T } | null = null;
  #running: AbortController | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `run` must not reject; it ends soon after its signal aborts. */
  constructor(run: (value: T, signal: AbortSignal) => Promise<void>, patience: number) {
    this.#run = run;
    this.#patience = patience;
  }

  /** True while a newer value than the running one waits. */
  get isOvertaken(): boolean {
    return this.#waiting !== null;
  }

  submit(value: T): void {
    this.#waiting = { value };
    const running = this.#running;
    if (running === null) void this.#drain();
    else this.#timer ??= setTimeout(() => running.abort(), this.#patience);
  }

  /** Stops the running job and forgets what waits. */
  cancel(): void {
    this.#waiting = null;
    this.#running?.abort();
  }

  async #drain(): Promise<void> {
    while (this.#waiting !== null) {
      const { value } = this.#waiting;
      this.#waiting = null;
      this.#running = new AbortController();
      await this.#run(value, this.#running.signal);
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.#running = null;
    }
  }
}
