/** Work for when there is nothing else to do. */
export type IdleTask = (signal: AbortSignal) => Promise<void>;

/**
 * Runs one job at a time and remembers only the newest value that came meanwhile, so a dragged slider
 * never queues work. A running job gets a patience of some milliseconds to finish once a newer value waits, so
 * that a fast device shows every picture of a drag and a slow one gives up stale work soon. A task may fill the time in
 * which there is nothing else to do.
 */
export class LatestOnly<T> {
  readonly #run: (value: T, signal: AbortSignal) => Promise<void>;
  #waiting: { readonly value: T } | null = null;
  #running: { readonly value: T; readonly abort: AbortController } | null = null;
  #isDraining = false;
  readonly #idleTasks: IdleTask[] = [];
  /** Stops the idle task under way. */
  #idling: AbortController | null = null;
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
    if (running === null) {
      this.#idling?.abort();
      return void this.#drain();
    }
    const deadline = performance.now() + patience;
    if (deadline >= this.#deadline) return;
    this.#deadline = deadline;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => running.abort.abort(), patience);
  }

  /**
   * Runs `task` once no value is worked on or waits, and no task that came before it. A value that comes meanwhile aborts it at once and is worked on as soon as it has ended; whoever wants the task done submits it again.
   * @param task must not reject; it ends soon after its signal aborts
   */
  submitIdle(task: IdleTask): void {
    this.#idleTasks.push(task);
    void this.#drain();
  }

  /** Stops the job or the idle task under way and forgets the value that waits. */
  cancel(): void {
    this.#waiting = null;
    this.#running?.abort.abort();
    this.#idling?.abort();
  }

  async #drain(): Promise<void> {
    if (this.#isDraining) return;
    this.#isDraining = true;
    while (this.#waiting !== null || this.#idleTasks.length > 0) {
      if (this.#waiting === null) await this.#idle();
      else await this.#work(this.#waiting.value);
    }
    this.#isDraining = false;
  }

  async #work(value: T): Promise<void> {
    this.#waiting = null;
    this.#running = { value, abort: new AbortController() };
    await this.#run(value, this.#running.abort.signal);
    clearTimeout(this.#timer);
    this.#deadline = Number.POSITIVE_INFINITY;
    this.#running = null;
  }

  async #idle(): Promise<void> {
    const task = this.#idleTasks.shift();
    this.#idling = new AbortController();
    await task?.(this.#idling.signal);
    this.#idling = null;
  }
}
