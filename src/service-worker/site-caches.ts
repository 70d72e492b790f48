import type { Precache, PrecachedFile } from './precache.ts';

const PREFIX = 'elit-web site ';

/** The builds of the site on this device: the one that is served, and the one before, for pages that came from it. */
export class SiteCaches {
  readonly #precache: Precache;
  /** The site's folder. */
  readonly #root: string;

  constructor(precache: Precache, root: string) {
    this.#precache = precache;
    this.#root = root;
  }

  /**
   * Fetches the files that every page needs. A file that is not the one that was built (the server is just being updated)
   * makes all of it fail, so no mixture of two builds is ever kept.
   */
  async install(): Promise<void> {
    const cache = await caches.open(this.#name);
    try {
      await this.#addAll(cache, ({ isRuntime }) => !isRuntime);
    } catch (thrown) {
      await caches.delete(this.#name);
      throw thrown;
    }
  }

  /** Fetches onnxruntime too, unless it is there. */
  async keepRuntime(): Promise<void> {
    await this.#addAll(await caches.open(this.#name), ({ isRuntime }) => isRuntime);
  }

  /** Removes all builds but this one and the newest before it. */
  async prune(): Promise<void> {
    const names = (await caches.keys()).filter((name) => name.startsWith(this.#prefix));
    const older = names.filter((name) => name !== this.#name);
    for (const name of older.slice(0, -1)) await caches.delete(name);
  }

  /** The document of this build. */
  document(): Promise<Response | undefined> {
    return caches.match(this.#root, { cacheName: this.#name });
  }

  /** A file of this build, or of the one before: names of built files never stand for two contents. */
  async file(url: string): Promise<Response | undefined> {
    const own = await caches.match(url, { cacheName: this.#name });
    if (own !== undefined) return own;
    for (const name of await caches.keys()) {
      const found = name.startsWith(this.#prefix) ? await caches.match(url, { cacheName: name }) : undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** A picture of a model, which no build holds: as the network has it, or as it was when that last answered. */
  async picture(request: Request): Promise<Response> {
    let answer: Response;
    try {
      answer = await fetch(request);
    } catch (thrown) {
      const kept = await this.file(request.url);
      if (kept === undefined) throw thrown;
      return kept;
    }
    if (answer.ok) await (await caches.open(this.#name)).put(request, answer.clone());
    return answer;
  }

  /** Several sites can share an origin. */
  get #prefix(): string {
    return `${PREFIX}${this.#root} `;
  }

  get #name(): string {
    return this.#prefix + this.#precache.version;
  }

  async #addAll(cache: Cache, which: (file: PrecachedFile) => boolean): Promise<void> {
    await Promise.all(this.#precache.files.filter(which).map((file) => this.#add(cache, file)));
  }

  async #add(cache: Cache, { path, integrity }: PrecachedFile): Promise<void> {
    const url = new URL(path, this.#root).href;
    if ((await cache.match(url)) !== undefined) return;
    // Names with a hash in them may come from the browser's cache, where the page has just put them.
    const init: RequestInit = { integrity, cache: path.startsWith('assets/') ? 'default' : 'no-cache' };
    const response = await fetch(url, init);
    if (!response.ok) throw new Error(`${url} answers ${response.status}`);
    await cache.put(url, response);
  }
}
