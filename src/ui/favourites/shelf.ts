import { createStore, delMany, entries, setMany, type UseStore } from 'idb-keyval';

/** What is kept of a favourite; its key is the favourite's. */
export interface Kept {
  readonly png: Uint8Array<ArrayBuffer>;
  readonly added: number;
}

/** Where favourites are kept from one visit to the next. All of it may throw a DOMException. */
export interface Shelf {
  /** Whatever is stored, which an older version of the page may have written. */
  all(): Promise<unknown[]>;
  /** All or none. */
  put(kept: readonly (readonly [key: string, kept: Kept])[]): Promise<void>;
  remove(keys: readonly string[]): Promise<void>;
}

/** In the browser's IndexedDB. */
export function browserShelf(): Shelf {
  let opened: UseStore | undefined;
  const store = () => (opened ??= createStore('elit-web favourites', 'pictures'));
  return {
    all: async () => (await entries(store())).map(([, kept]) => kept as unknown),
    put: (kept) => setMany([...kept] as [string, Kept][], store()),
    remove: (keys) => delMany([...keys], store()),
  };
}
