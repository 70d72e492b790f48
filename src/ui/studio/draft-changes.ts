import type { GenerationController } from '../generation/generation-controller.ts';
import type { Store } from '../store/store.ts';
import type { Draft, StudioAction, StudioState } from '../store/studio-state.ts';

/**
 * What controls do to the draft, each change followed by the drawing that is due. The `on…` are for their events: a
 * change, one of the edits or moves that belong together until `onRest`, and settings that take the place of all others.
 */
export class DraftChanges {
  readonly #store: Store<StudioState, StudioAction>;
  readonly #generation: Pick<GenerationController, 'draw' | 'move' | 'rest'>;

  constructor(
    store: Store<StudioState, StudioAction>,
    generation: Pick<GenerationController, 'draw' | 'move' | 'rest'>,
  ) {
    this.#store = store;
    this.#generation = generation;
  }

  change(patch: Partial<Draft>, isEdit = false): void {
    this.#store.dispatch({ type: 'draft-changed', patch, isDrag: isEdit });
    this.#generation.draw();
  }

  drag(patch: Partial<Draft>): void {
    this.#store.dispatch({ type: 'draft-changed', patch, isDrag: true });
    this.#generation.move();
  }

  travel(type: 'draft-undone' | 'draft-redone'): void {
    this.#store.dispatch({ type });
    this.#generation.draw();
  }

  readonly onChange = (event: CustomEvent<Partial<Draft>>) => this.change(event.detail);
  readonly onEdit = (event: CustomEvent<Partial<Draft>>) => this.change(event.detail, true);
  readonly onDrag = (event: CustomEvent<Partial<Draft>>) => this.drag(event.detail);
  readonly onRestore = (event: CustomEvent<Partial<Draft>>) => this.change({ start: null, ...event.detail });

  readonly onRest = () => {
    this.#store.dispatch({ type: 'draft-rested' });
    this.#generation.rest();
  };
}
