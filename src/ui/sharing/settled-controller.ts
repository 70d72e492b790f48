import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { GeneratedImage, ModelInfo } from '../../generator/types.ts';
import type { Store } from '../store/store.ts';
import type { StudioAction, StudioState } from '../store/studio-state.ts';

/** A finished picture with nothing newer under way, and the model that drew it. */
export interface Settled {
  readonly image: GeneratedImage;
  readonly info: ModelInfo;
}

/** Fires `settled` on its host for every finished picture that nothing newer is about to replace; never for a draft. */
export class SettledController implements ReactiveController {
  readonly #host: ReactiveControllerHost & EventTarget;
  readonly #store: Store<StudioState, StudioAction>;
  #last: GeneratedImage | null = null;
  #unsubscribe: (() => void) | undefined;

  constructor(host: ReactiveControllerHost & EventTarget, store: Store<StudioState, StudioAction>) {
    this.#host = host;
    this.#store = store;
    host.addController(this);
  }

  hostConnected(): void {
    this.#unsubscribe = this.#store.subscribe(() => this.#onChange());
  }

  hostDisconnected(): void {
    this.#unsubscribe?.();
  }

  #onChange(): void {
    const { activity, image, info } = this.#store.state;
    if (activity.kind !== 'idle' || image === null || info === null || image === this.#last) return;
    this.#last = image;
    this.#host.dispatchEvent(new CustomEvent<Settled>('settled', { detail: { image, info } }));
  }
}
