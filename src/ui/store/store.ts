/** One place for state: it changes only through `dispatch`, and tells whoever subscribed. */
export class Store<State, Action> {
  #state: State;
  readonly #reduce: (state: State, action: Action) => State;
  readonly #listeners = new Set<() => void>();

  /** `reduce` is pure: the same state and action always give the same next state. */
  constructor(initial: State, reduce: (state: State, action: Action) => State) {
    this.#state = initial;
    this.#reduce = reduce;
  }

  get state(): State {
    return this.#state;
  }

  dispatch(action: Action): void {
    const next = this.#reduce(this.#state, action);
    if (next === this.#state) return;
    this.#state = next;
    for (const listener of this.#listeners) listener();
  }

  /** Calls `listener` after every change until the returned function is called. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
