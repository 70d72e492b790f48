import type { Shelf, ShelfFile } from './shelf.ts';

const PREFIX = 'elit-web model ';

/** Models in the Cache API, a cache each and an entry a chunk, for browsers without a file system of their own. */
export class CacheShelf implements Shelf {
  /** @throws DOMException where the browser allows no storage, as some private windows do */
  static async open(): Promise<CacheShelf> {
    await caches.keys();
    return new CacheShelf();
  }

  async openFile(model: string, file: string): Promise<ShelfFile> {
    return new CacheFile(await caches.open(PREFIX + model), file);
  }

  async removeFile(model: string, file: string): Promise<void> {
    await new CacheFile(await caches.open(PREFIX + model), file).keep(0);
  }

  async readText(model: string, file: string): Promise<string | null> {
    const found = await caches.match(entry(file), { cacheName: PREFIX + model });
    return found === undefined ? null : found.text();
  }

  async writeText(model: string, file: string, text: string): Promise<void> {
    const cache = await caches.open(PREFIX + model);
    await cache.put(entry(file), new Response(text));
  }

  async models(): Promise<string[]> {
    const names = await caches.keys();
    return names.filter((name) => name.startsWith(PREFIX)).map((name) => name.slice(PREFIX.length));
  }

  async bytes(model: string): Promise<number> {
    const cache = await caches.open(PREFIX + model);
    let bytes = 0;
    for (const response of await cache.matchAll()) bytes += (await response.blob()).size;
    return bytes;
  }

  async removeModel(model: string): Promise<void> {
    await caches.delete(PREFIX + model);
  }
}

class CacheFile implements ShelfFile {
  readonly #cache: Cache;
  readonly #file: string;
  #chunks = 0;

  constructor(cache: Cache, file: string) {
    this.#cache = cache;
    this.#file = file;
  }

  async read(index: number, into: Uint8Array<ArrayBuffer>): Promise<boolean> {
    this.#chunks = Math.max(this.#chunks, index + 1);
    const found = await this.#cache.match(entry(this.#file, index));
    if (found === undefined) return false;
    const bytes = new Uint8Array(await found.arrayBuffer());
    if (bytes.byteLength !== into.byteLength) return false;
    into.set(bytes);
    return true;
  }

  async write(index: number, chunk: Uint8Array<ArrayBuffer>): Promise<void> {
    await this.#cache.put(entry(this.#file, index), new Response(chunk));
  }

  async close(): Promise<void> {
    await this.keep(this.#chunks);
  }

  /** Removes all chunks but the first so many. */
  async keep(chunks: number): Promise<void> {
    for (let index = chunks; await this.#cache.delete(entry(this.#file, index)); ) index++;
  }
}

/** A cache is asked by addresses. Nothing is at this one; a host that could answer it does not exist. */
function entry(file: string, index?: number): string {
  const path = index === undefined ? file : `${file}/${index}`;
  return `https://elit-web.invalid/${path}`;
}
