import { ElitError } from '../../errors.ts';
import { isQuotaExceeded } from '../../generator/model-store/shelf.ts';
import { log } from '../../log.ts';
import { type Favourite, favouriteOf, sorted } from './favourite.ts';
import { browserShelf, type Shelf } from './shelf.ts';

/** Tells other tabs of a change. */
type Channel = Pick<BroadcastChannel, 'postMessage' | 'addEventListener'>;

/**
 * The user's favourites on this device, the same in every tab: what one keeps, the others show. They are read when
 * somebody first asks for them.
 */
export class Favourites {
  readonly #shelf: Shelf;
  readonly #channel: () => Channel;
  readonly #listeners = new Set<() => void>();
  #opened: Channel | null = null;
  #reading: Promise<void> = Promise.resolve();
  #reads = 0;
  #list: readonly Favourite[] | null = null;
  #keys: ReadonlySet<string> = new Set();
  #problem: ElitError | null = null;

  constructor(shelf: Shelf = browserShelf(), channel: () => Channel = openChannel) {
    this.#shelf = shelf;
    this.#channel = channel;
  }

  /** The newest first; null until they have been read. */
  get list(): readonly Favourite[] | null {
    return this.#list;
  }

  /** Why they cannot be read, or null. */
  get problem(): ElitError | null {
    return this.#problem;
  }

  has(key: string): boolean {
    return this.#keys.has(key);
  }

  /** Calls `listener` after every change until the returned function is called. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    if (this.#opened === null) {
      this.#opened = this.#channel();
      this.#opened.addEventListener('message', () => this.#readAgain());
      this.#readAgain();
    }
    return () => this.#listeners.delete(listener);
  }

  /**
   * Keeps pictures, all or none. What is kept already stays as it is.
   * @returns those that are new
   * @throws ElitError storage-full | storage-failed
   */
  async keep(favourites: readonly Favourite[]): Promise<Favourite[]> {
    await this.#reading;
    const fresh = sorted(favourites).filter(({ key }) => !this.has(key));
    if (fresh.length === 0) return fresh;
    await this.#write(() => this.#shelf.put(fresh.map(({ key, png, added }) => [key, { png, added }])));
    this.#changed([...fresh, ...(this.#list ?? [])]);
    return fresh;
  }

  /** @throws ElitError storage-failed */
  async remove(key: string): Promise<void> {
    await this.#write(() => this.#shelf.remove([key]));
    this.#changed((this.#list ?? []).filter((favourite) => favourite.key !== key));
  }

  #readAgain(): void {
    this.#reading = this.#read();
  }

  async #read(): Promise<void> {
    const read = ++this.#reads;
    try {
      const found = (await this.#shelf.all()).flatMap(favouritesIn);
      // What was read before a later change does not undo it.
      if (read === this.#reads) this.#set(found, null);
    } catch (cause) {
      this.#set(this.#list ?? [], failed('Your favourites cannot be read.', cause));
    }
  }

  #changed(list: readonly Favourite[]): void {
    this.#reads++;
    this.#set(list, null);
    this.#opened?.postMessage('changed');
  }

  #set(list: readonly Favourite[], problem: ElitError | null): void {
    this.#list = sorted(list);
    this.#keys = new Set(list.map(({ key }) => key));
    this.#problem = problem;
    for (const listener of this.#listeners) listener();
  }

  async #write(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (cause) {
      if (isQuotaExceeded(cause)) {
        const hint = 'Remove some favourites, or models under “Device”, and try again.';
        throw new ElitError('storage-full', 'The browser gives no more room for favourites.', hint, { cause });
      }
      throw failed('The browser does not keep favourites.', cause);
    }
  }
}

/** Those of this page, which all its components share. */
export const favourites = new Favourites();

function openChannel(): BroadcastChannel {
  return new BroadcastChannel('elit-web favourites');
}

/** None for what is damaged: the others are still there. */
function favouritesIn(stored: unknown): Favourite[] {
  try {
    const { png, added } = stored as { png?: unknown; added?: unknown };
    if (!(png instanceof Uint8Array) || typeof added !== 'number') throw new TypeError('not what is kept of a picture');
    return [favouriteOf(png as Uint8Array<ArrayBuffer>, added)];
  } catch (thrown) {
    log.warn('A favourite cannot be read.', thrown);
    return [];
  }
}

function failed(message: string, cause: unknown): ElitError {
  const hint = 'Private windows and full disks may be the reason. Download the PNG instead.';
  return new ElitError('storage-failed', message, hint, { cause });
}
