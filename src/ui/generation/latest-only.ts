/**
 * Runs one job at a time and remembers only the newest value that came meanwhile, so a dragged slider
 * never queues work. A running job gets a patience of some milliseconds to finish once a newer value waits, so
 * that a fast device shows every picture of a drag and a slow one gives up stale work soon.
 */
export class LatestOnly<T> {
  readonly #run: (value: T, signal: AbortSignal) => Promise<void>;
  #waiting: { readonly value: T } | null = null;
  #running: { readonly value: T; readonly abort: AbortController } | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** When the running job is aborted. */
  #deadline = Number.POSITIVE_INFINITY;

  /** `run` must not reject; it ends soon after its signal aborts. */
  constructor(run: (value: T, signal: AbortSignal) => Promise<void>) {
    this.#run = run;
  }

  /** True while a newer value than the running one waits. */
  get isOvertaken(): boolean {
    return this.#waiting !== null;
  }

  /** The value that is worked on, or null. */
  get running(): T | null {
    return this.#running?.value ?? null;
  }

  /** @param patience milliseconds that a job under way may go on; what an earlier newcomer gave it may be less */
  submit(value: T, patience: number): void {
    this.#waiting = { value };
    const running = this.#running;
    if (running === null) return void this.#drain();
    const deadline = performance.now() + patience;
    if (deadline >= this.#deadline) return;
    this.#deadline = deadline;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => running.abort.abort(), patience);
  }

  /** Stops the running job and forgets what waits. */
  cancel(): void {
    this.#waiting = null;
    this.#running?.abort.abort();
  }

  async #drain(): Promise<void> {
    while (this.#waiting !== null) {
      const { value } = this.#waiting;
      this.#waiting = null;
      this.#running = { value, abort: new AbortController() };
      await this.#run(value, this.#running.abort.signal);
      clearTimeout(this.#timer);
      this.#deadline = Number.POSITIVE_INFINITY;
      this.#running = null;
    }
  }
}
