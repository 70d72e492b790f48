import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { AttentionMaps, AttentionRequest, LookProgress } from '../../generator/attention.ts';
import type { GeneratedImage } from '../../generator/types.ts';
import { problemAndHint } from '../generation/aside.ts';
import { requestFor } from './maps.ts';

/** Looks beside the user's own pictures, which go first. Rejects when it cannot, or with the signal's reason. */
export type LookAside = (request: AttentionRequest, signal: AbortSignal) => Promise<AttentionMaps>;

/** A picture, and where its latents looked. */
export interface Looked {
  readonly image: GeneratedImage;
  readonly maps: AttentionMaps;
}

/** Looks at one picture at a time, and keeps what was seen last. */
export class LookController implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  #abort: AbortController | null = null;
  #progress: LookProgress | null = null;
  #looked: Looked | null = null;
  #problem = '';

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  hostDisconnected(): void {
    this.stop();
  }

  /** How far the look under way is; null when none is. */
  get progress(): LookProgress | null {
    return this.#progress;
  }

  /** What was seen last. */
  get looked(): Looked | null {
    return this.#looked;
  }

  /** Why the last look came to nothing, for people; empty when it did not fail. */
  get problem(): string {
    return this.#problem;
  }

  async look(image: GeneratedImage, noise: Float32Array | null, lookAside: LookAside): Promise<void> {
    this.stop();
    const abort = new AbortController();
    this.#abort = abort;
    this.#report({ step: 0, steps: image.settings.steps });
    const onProgress = (progress: LookProgress) => {
      if (!abort.signal.aborted) this.#report(progress);
    };
    try {
      const maps = await lookAside({ ...requestFor(image.settings, noise), onProgress }, abort.signal);
      if (!abort.signal.aborted) this.#looked = { image, maps };
    } catch (thrown) {
      if (!abort.signal.aborted) this.#problem = problemAndHint(thrown);
    } finally {
      if (this.#abort === abort) this.stop();
    }
  }

  /** Ends the look under way; what was seen before stays. */
  stop(): void {
    this.#abort?.abort();
    this.#abort = null;
    this.#progress = null;
    this.#host.requestUpdate();
  }

  /** Another model: nothing that was seen has to do with what comes. */
  clear(): void {
    this.stop();
    this.#looked = null;
    this.#problem = '';
  }

  #report(progress: LookProgress): void {
    this.#problem = '';
    this.#progress = progress;
    this.#host.requestUpdate();
  }
}

/** Whether what was seen is of this picture, or of the same one drawn again. */
export function isOf({ image }: Looked, shown: GeneratedImage | null): boolean {
  if (image === shown) return true;
  const { seed } = image.settings;
  return seed !== null && JSON.stringify(image.settings) === JSON.stringify(shown?.settings);
}
