import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Addresses under which the browser shows bytes of the page's own, for as long as the host shows them. */
export class ObjectUrls<Key> implements ReactiveController {
  readonly #urls = new Map<Key, string>();
  #used = new Set<Key>();

  constructor(host: ReactiveControllerHost) {
    host.addController(this);
  }

  /** The address of a PNG; to be asked for at every render that shows it. */
  of(key: Key, png: Uint8Array<ArrayBuffer>): string {
    this.#used.add(key);
    const known = this.#urls.get(key);
    if (known !== undefined) return known;
    const url = URL.createObjectURL(new Blob([png], { type: 'image/png' }));
    this.#urls.set(key, url);
    return url;
  }

  /** What the last render did not show goes. */
  hostUpdated(): void {
    this.#revoke((key) => !this.#used.has(key));
    this.#used = new Set();
  }

  hostDisconnected(): void {
    this.#revoke(() => true);
  }

  #revoke(isOver: (key: Key) => boolean): void {
    for (const [key, url] of this.#urls) {
      if (!isOver(key)) continue;
      URL.revokeObjectURL(url);
      this.#urls.delete(key);
    }
  }
}
