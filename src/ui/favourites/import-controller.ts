import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { readFile } from '../sharing/picture-file.ts';
import type { Favourites } from './favourites-store.ts';
import { checkArchiveSize } from './limits.ts';
import { takenWords } from './words.ts';

/** Takes archives among the favourites, one at a time: a newer one ends the one under way. */
export class ImportController implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #favourites: Pick<Favourites, 'keep'>;
  #running: AbortController | null = null;
  #progress: { readonly done: number; readonly total: number } | null = null;

  constructor(host: ReactiveControllerHost, favourites: Pick<Favourites, 'keep'>) {
    this.#host = host;
    this.#favourites = favourites;
    host.addController(this);
  }

  hostDisconnected(): void {
    this.cancel();
  }

  /** How many pictures have been looked at; null while nothing is imported. */
  get progress(): { readonly done: number; readonly total: number } | null {
    return this.#progress;
  }

  cancel(): void {
    this.#running?.abort();
  }

  /** @returns what became of it, in words @throws ElitError archive-invalid | storage-full | storage-failed */
  async take(file: File): Promise<string> {
    this.cancel();
    const running = new AbortController();
    this.#running = running;
    try {
      checkArchiveSize(file.size);
      const { takeArchive } = await import('./take-archive.ts');
      const { favourites, refused } = await takeArchive(await readFile(file), {
        signal: running.signal,
        onProgress: (done, total) => this.#tell({ done, total }),
      });
      const fresh = await this.#favourites.keep(favourites);
      return takenWords(favourites.length, fresh.length, refused);
    } catch (thrown) {
      if (running.signal.aborted) return 'Nothing was imported.';
      throw thrown;
    } finally {
      if (this.#running === running) this.#tell(null);
    }
  }

  #tell(progress: { readonly done: number; readonly total: number } | null): void {
    this.#progress = progress;
    this.#host.requestUpdate();
  }
}
