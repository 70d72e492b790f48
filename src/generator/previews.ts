import { log } from '../log.ts';
import { decodeLatents, type ImageDecoder } from './decoding.ts';
import type { Run } from './run.ts';
import type { StepPreview } from './types.ts';

/** A decoder on the GPU or the thread that samples keeps the run waiting: previews may make it this much longer. */
const SHARE_OF_RUN = 0.2;

/**
 * Previews of one run. Nothing waits for them: at most one is under way, one that could not be decoded before the
 * final latents are there is never begun (the final image would wait behind it), and one that comes late is dropped.
 */
export class Previews {
  readonly #run: Run;
  readonly #decoder: ImageDecoder;
  readonly #show: (preview: StepPreview) => void;
  /** What decoding took lately, in ms. */
  readonly #decodeMs: number;
  readonly #stop = new AbortController();
  #underWay = false;
  #begun = 0;

  constructor(run: Run, decoder: ImageDecoder, decodeMs: number, show: (preview: StepPreview) => void) {
    this.#run = run;
    this.#decoder = decoder;
    this.#decodeMs = decodeMs;
    this.#show = show;
  }

  /** Stage `index` was just queued; a stage takes `stageMs`, undefined while unknown. */
  offer(index: number, stageMs: number | undefined): void {
    const stage = this.#run.stages[index];
    const left = this.#run.stages.length - 1 - index;
    if (this.#underWay || stageMs === undefined || !stage?.commits || left * stageMs <= this.#decodeMs) return;
    if (this.#isInTheWay && (this.#begun + 1) * this.#decodeMs > SHARE_OF_RUN * (index + 1) * stageMs) return;
    this.#underWay = true;
    this.#begun += 1;
    const done = stage.step + 1 - this.#first;
    this.#preview(done)
      .catch((cause: unknown) => {
        if (!this.#stop.signal.aborted) log.warn(`The preview of step ${done} was left out.`, cause);
      })
      .finally(() => {
        this.#underWay = false;
      });
  }

  /** No preview is shown from here on. */
  stop(): void {
    this.#stop.abort();
  }

  /** The solver step that the run begins with. */
  get #first(): number {
    return this.#run.stages[0]?.step ?? 0;
  }

  /** Whether decoding and sampling take turns, on one thread or one GPU. */
  get #isInTheWay(): boolean {
    const { isInTheWay = false, decodeBuffer } = this.#decoder;
    return isInTheWay || (decodeBuffer !== undefined && this.#run.buffers !== undefined);
  }

  async #preview(step: number): Promise<void> {
    const latents = { buffer: this.#run.buffers?.clean, read: () => this.#run.preview() };
    const pixels = await decodeLatents(this.#decoder, latents, this.#stop.signal);
    if (this.#stop.signal.aborted) return;
    const steps = (this.#run.stages.at(-1)?.step ?? 0) + 1 - this.#first;
    this.#show({ step, steps, pixels });
  }
}
