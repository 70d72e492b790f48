import type { ReactiveController, ReactiveControllerHost } from 'lit';

/**
 * Takes files that are dropped anywhere on the page, while its host is in it. Without it the browser would leave the
 * page for the file. What another element has taken already is left to it; one that takes only some kind of file is
 * asked before those that take any.
 */
export class FileDrop implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #take: (file: File) => void;
  readonly #only: ((file: File) => boolean) | null;
  #isOver = false;

  /** @param only tells the files that are taken; all of them without it */
  constructor(host: ReactiveControllerHost, take: (file: File) => void, only?: (file: File) => boolean) {
    this.#host = host;
    this.#take = take;
    this.#only = only ?? null;
    host.addController(this);
  }

  /** Whether a file is held over the page. */
  get isOver(): boolean {
    return this.#isOver;
  }

  hostConnected(): void {
    window.addEventListener('dragover', this.#onOver);
    window.addEventListener('dragleave', this.#onLeave);
    window.addEventListener('drop', this.#onDrop, this.#only !== null);
  }

  hostDisconnected(): void {
    window.removeEventListener('dragover', this.#onOver);
    window.removeEventListener('dragleave', this.#onLeave);
    window.removeEventListener('drop', this.#onDrop, this.#only !== null);
  }

  readonly #onOver = (event: DragEvent) => {
    if (event.defaultPrevented || !event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    this.#show(true);
  };

  /** Also fired from one element to the next: only with no next one has the file left the page. */
  readonly #onLeave = (event: DragEvent) => {
    if (event.relatedTarget === null) this.#show(false);
  };

  readonly #onDrop = (event: DragEvent) => {
    this.#show(false);
    const file = event.dataTransfer?.files[0];
    if (event.defaultPrevented || file === undefined) return;
    if (this.#only?.(file) === false) return;
    event.preventDefault();
    this.#take(file);
  };

  #show(isOver: boolean): void {
    if (isOver === this.#isOver) return;
    this.#isOver = isOver;
    this.#host.requestUpdate();
  }
}
