import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { Pixels } from '../../generator/types.ts';
import { log } from '../../log.ts';
import type { StudioState } from '../store/studio-state.ts';
import type { RecordedStrip } from './recorded-strip.ts';

/** A recorded picture, and what it is. */
export interface Recorded {
  readonly pixels: Pixels;
  readonly label: string;
}

/** Makes the budget slider answer before the model has arrived, with pictures that were recorded. */
export class RecordedStripController implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #state: () => StudioState;
  #strip: RecordedStrip | null = null;
  #budget: number | null = null;
  #loading: AbortController | null = null;

  constructor(host: ReactiveControllerHost, state: () => StudioState) {
    this.#host = host;
    this.#state = state;
    host.addController(this);
  }

  hostDisconnected(): void {
    this.#loading?.abort();
  }

  /** @param address of the strip's files, without their extension; null has none */
  async load(address: string | null): Promise<void> {
    this.#loading?.abort();
    this.#strip = null;
    this.#budget = null;
    if (address === null) return;
    this.#loading = new AbortController();
    const { signal } = this.#loading;
    try {
      const { readRecorded } = await import('./recorded-strip.ts');
      const strip = await readRecorded(address, signal);
      if (signal.aborted) return;
      this.#strip = strip;
      this.#host.requestUpdate();
    } catch (thrown) {
      // The slider waits for the model then.
      if (!signal.aborted) log.warn('The recorded pictures are not there.', thrown);
    }
  }

  /** Whether the slider can move: there are pictures to show, and a model on its way. */
  get isReady(): boolean {
    return this.#strip !== null && this.#state().activity.kind === 'loading';
  }

  /** The budget that was chosen before there was a model; null where none was. */
  get budget(): number | null {
    return this.#budget;
  }

  /** The same as a part of a draft. */
  get chosen(): { readonly budget?: number } {
    return this.#budget === null ? {} : { budget: this.#budget };
  }

  /** Shows the picture of a budget until there is a real one. */
  move(budget: number): void {
    this.#budget = budget;
    this.#host.requestUpdate();
  }

  /** The recorded picture to show; null where a real one is there, none was asked for, or nothing is on its way. */
  get shown(): Recorded | null {
    const { activity, image } = this.#state();
    const pixels = this.#budget === null ? undefined : this.#strip?.pictures[this.#budget - 1];
    if (image !== null || pixels === undefined || this.#strip === null) return null;
    if (activity.kind !== 'loading' && activity.kind !== 'drawing') return null;
    const until = activity.kind === 'loading' ? 'while the model loads' : 'until the first one is drawn';
    return { pixels, label: `Recorded, seed ${this.#strip.seed}, ${until}` };
  }
}
