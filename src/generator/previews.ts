import { log } from '../log.ts';
import type { ImageDecoder } from './decoding.ts';
import type { Run } from './run.ts';
import type { StepPreview } from './types.ts';

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
  #underWay = false;
  #stopped = false;

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
    this.#underWay = true;
    this.#preview(stage.step + 1)
      .catch((cause: unknown) => {
        if (!this.#stopped) log.warn(`The preview of step ${stage.step + 1} was left out.`, cause);
      })
      .finally(() => {
        this.#underWay = false;
      });
  }

  /** No preview is shown from here on. */
  stop(): void {
    this.#stopped = true;
  }

  async #preview(step: number): Promise<void> {
    const latents = await this.#run.preview();
    if (this.#stopped) return;
    const pixels = await this.#decoder.decode(latents);
    if (this.#stopped) return;
    const steps = (this.#run.stages.at(-1)?.step ?? 0) + 1;
    this.#show({ step, steps, pixels });
  }
}
