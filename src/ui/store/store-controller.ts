import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { Store } from './store.ts';

/** Renders its host again whenever the store changes. */
export class StoreController<State, Action> implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #store: Store<State, Action>;
  #unsubscribe: (() => void) | undefined;

  constructor(host: ReactiveControllerHost, store: Store<State, Action>) {
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
