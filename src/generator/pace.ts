/** The loop keeps at most this many milliseconds of work queued on the GPU, so an overtaken run ends within that. */
export const QUEUE_MS = 30;

/** The last few completions say how long a stage takes: enough to smooth bursts, few enough to follow a change. */
const WINDOW = 5;
/** Completions can arrive in a burst; no stage is taken to be shorter than this. */
const SHORTEST_STAGE_MS = 0.25;

/** Measures how long a solver stage takes on the GPU from when stages were seen to be done. */
export class Pace {
  readonly #marks: number[];

  /** @param start when the first stage is queued, in ms */
  constructor(start: number) {
    this.#marks = [start];
  }

  /** A stage was seen to be done at `time`, in ms. */
  completed(time: number): void {
    this.#marks.push(time);
    if (this.#marks.length > WINDOW) this.#marks.shift();
  }

  /** Milliseconds a stage; undefined before the first is done. */
  get stageMs(): number | undefined {
    const [first = 0, ...later] = this.#marks;
    const last = later.at(-1);
    return last === undefined ? undefined : Math.max((last - first) / later.length, SHORTEST_STAGE_MS);
  }

  /** Stages that may be on the queue at once: QUEUE_MS of them, at least one. */
  get stagesAhead(): number {
    return this.stageMs === undefined ? 1 : Math.max(1, Math.floor(QUEUE_MS / this.stageMs));
  }
}
