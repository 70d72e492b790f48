import { ElitError } from '../../errors.ts';
import { isQuotaExceeded } from '../../generator/model-store/shelf.ts';
import { log } from '../../log.ts';
import { type Favourite, favouriteOf, sorted } from './favourite.ts';
import { LIMITS } from './limits.ts';
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
  /** One read or write after the other: none undoes what another has found. */
  #turn: Promise<unknown> = Promise.resolve();
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
      const read = () => void this.#inTurn(() => this.#read());
      this.#opened.addEventListener('message', read);
      read();
    }
    return () => this.#listeners.delete(listener);
  }

  /**
   * Keeps pictures, all or none. What is kept already stays as it is.
   * @returns those that are new
   * @throws ElitError storage-full | storage-failed
   */
  keep(favourites: readonly Favourite[]): Promise<Favourite[]> {
    return this.#inTurn(async () => {
      const fresh = sorted(favourites).filter(({ key }) => !this.has(key));
      if (fresh.length === 0) return fresh;
      const before = this.#list ?? [];
      if (before.length + fresh.length > LIMITS.files) throw tooMany();
      const kept = fresh.map(({ key, png, added }) => [key, { png, added }] as const);
      await write('The browser does not keep favourites.', () => this.#shelf.put(kept));
      await this.#changed([...fresh, ...before]);
      return fresh;
    });
  }

  /** @throws ElitError storage-failed */
  remove(key: string): Promise<void> {
    return this.#inTurn(async () => {
      await write('The favourite cannot be removed.', () => this.#shelf.remove([key]));
      await this.#changed((this.#list ?? []).filter((favourite) => favourite.key !== key));
    });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined); // whoever asked has the failure
    return turn;
  }

  async #read(): Promise<void> {
    try {
      this.#set((await this.#shelf.all()).flatMap(favouritesIn), null);
    } catch (cause) {
      this.#set(this.#list ?? [], failed('Your favourites cannot be read.', cause));
    }
  }

  /** After a failed read nobody knows what else is there, so it is read again. */
  async #changed(list: readonly Favourite[]): Promise<void> {
    this.#opened?.postMessage('changed');
    if (this.#problem === null) this.#set(list, null);
    else await this.#read();
  }

  #set(list: readonly Favourite[], problem: ElitError | null): void {
    this.#list = sorted(list);
    this.#keys = new Set(list.map(({ key }) => key));
    this.#problem = problem;
    for (const listener of this.#listeners) listener();
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

/** @throws ElitError storage-full, or storage-failed with `message` */
async function write(message: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (cause) {
    if (!isQuotaExceeded(cause)) throw failed(message, cause);
    const hint = 'Remove some favourites, or a model under “Models on this device”, and try again.';
    throw new ElitError('storage-full', 'The browser gives no more room for favourites.', hint, { cause });
  }
}

/** More would not fit into a zip that can be imported again. */
function tooMany(): ElitError {
  const message = `There can be ${LIMITS.files} favourites, and no more.`;
  return new ElitError('storage-full', message, 'Export them, remove some, and try again.');
}

function failed(message: string, cause: unknown): ElitError {
  const hint = 'A private window or a full disk may be the reason. Download pictures as PNG to keep them.';
  return new ElitError('storage-failed', message, hint, { cause });
}
