import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { Store } from './store.ts';

/** What tells of its changes. */
type Told = Pick<Store<unknown, never>, 'subscribe'>;

/** Renders its host again whenever the store changes. */
export class StoreController implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #store: Told;
  #unsubscribe: (() => void) | undefined;

  constructor(host: ReactiveControllerHost, store: Told) {
    this.#host = host;
    this.#store = store;
    host.addController(this);
  }

  hostConnected(): void {
    this.#unsubscribe = this.#store.subscribe(() => this.#host.requestUpdate());
  }

  hostDisconnected(): void {
    this.#unsubscribe?.();
  }
}
