import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { GeneratedImage } from '../../generator/types.ts';
import { type DrawAside, problem } from '../generation/aside.ts';
import type { Draft } from '../store/studio-state.ts';
import { sameButNoise } from './seed-sheet.ts';

/** How long the settings have to rest before an end is drawn, ms: a drag passes many that nobody waits to see. */
const REST = 400;
/** Pictures that are kept, so that going back and forth between seeds draws none again. */
const KEPT = 16;
const LAST_SEED = 2 ** 32 - 1;

type Host = ReactiveControllerHost & { readonly draft: Draft | null };

/** A seed's picture, without variation. */
export interface End {
  readonly image: GeneratedImage;
  /** Drawn with other settings than those of now. */
  readonly isOld: boolean;
}

/**
 * Draws what is at both ends of a variation, the picture of either seed alone, beside the user's own pictures. None is
 * drawn before `use`, and none again while the settings are those that it was drawn with.
 */
export class EndsController implements ReactiveController {
  readonly #host: Host;
  readonly #kept = new Map<number, { readonly draft: Draft; readonly image: GeneratedImage }>();
  /** What draws, from `use` until both ends are there. */
  #wanted: DrawAside | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: { readonly draft: Draft; readonly abort: AbortController } | null = null;
  #problem = '';

  constructor(host: Host) {
    this.#host = host;
    host.addController(this);
  }

  hostDisconnected(): void {
    this.#stop();
  }

  /** Why the ends are not there, for people; empty when nothing went wrong. */
  get problem(): string {
    return this.#problem;
  }

  /** The picture of `seed` alone, or null while there is none. */
  end(seed: number): End | null {
    const kept = this.#kept.get(seed);
    const { draft } = this.#host;
    return kept && draft ? { image: kept.image, isOld: !sameButNoise(kept.draft, draft) } : null;
  }

  /** The variation is in use: both ends are wanted, as soon as it rests. */
  use(drawAside: DrawAside): void {
    this.#wanted = drawAside;
    this.follow();
  }

  /** To be told of every change of the host's draft: what is drawn has to be one of its ends. */
  follow(): void {
    this.#problem = ''; // what went wrong did so with other settings
    if (this.#wanted === null || this.#isOnTheWay) return;
    this.#stop();
    this.#timer = setTimeout(() => void this.#draw(), REST);
  }

  /** Another model: its pictures are not these. */
  clear(): void {
    this.#stop();
    this.#wanted = null;
    this.#kept.clear();
    this.#problem = '';
  }

  get #isOnTheWay(): boolean {
    const { draft } = this.#host;
    const drawn = this.#running?.draft;
    return !!drawn && !!draft && sameButNoise(drawn, draft) && seedsOf(draft).includes(drawn.seed);
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#running?.abort.abort();
    this.#running = null;
  }

  async #draw(): Promise<void> {
    const abort = new AbortController();
    try {
      for (let draft = this.#next(); draft !== null && this.#wanted !== null; draft = this.#next()) {
        this.#running = { draft, abort };
        const image = await this.#wanted(draft, abort.signal);
        if (abort.signal.aborted) return;
        this.#keep(draft, image);
      }
      this.#end('');
    } catch (thrown) {
      if (!abort.signal.aborted) this.#end(problem(thrown));
    }
  }

  #next(): Draft | null {
    const { draft } = this.#host;
    if (draft === null) return null;
    const seed = seedsOf(draft).find((seed) => this.end(seed)?.isOld !== false);
    return seed === undefined ? null : { ...draft, seed, noise: null, variation: undefined };
  }

  #keep(draft: Draft, image: GeneratedImage): void {
    this.#kept.delete(draft.seed); // to be the newest
    this.#kept.set(draft.seed, { draft, image });
    for (const oldest of [...this.#kept.keys()].slice(0, -KEPT)) this.#kept.delete(oldest);
    this.#host.requestUpdate();
  }

  #end(words: string): void {
    this.#running = null;
    this.#wanted = null;
    this.#problem = words;
    this.#host.requestUpdate();
  }
}

/** Those at the ends, as far as they are seeds: a field may hold anything. */
function seedsOf({ seed, variation }: Draft): number[] {
  if (variation === undefined) return [];
  return [seed, variation.seed].filter((each) => Number.isInteger(each) && each >= 0 && each <= LAST_SEED);
}
