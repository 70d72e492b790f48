import { ElitError } from '../../errors.ts';
import { sha256 } from './sha256.ts';
import { isQuotaExceeded, type Shelf } from './shelf.ts';

/** A model that something is kept of on this device. */
export interface StoredModel {
  /** Of its folder. */
  readonly address: string;
  readonly bytes: number;
  /** When it was last loaded, ms since 1970. */
  readonly lastUsed: number;
}

const USE = 'last-use';

/** The part of navigator.locks that is used. */
export type Locks = Pick<LockManager, 'request'>;

/**
 * The models on this device. A model's folder is locked against removal while one of its files is read, and a file
 * against other tabs while it is read or written.
 */
export class ModelStore {
  readonly shelf: Shelf;
  readonly #locks: Locks;

  constructor(shelf: Shelf, locks: Locks) {
    this.shelf = shelf;
    this.#locks = locks;
  }

  /** Runs `work` with a file of a model to itself, among all tabs. */
  useFile<T>(model: string, file: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    return this.#locks.request(modelLock(model), { mode: 'shared', signal }, () =>
      this.#locks.request(`elit-web file ${model}/${file}`, { signal }, work),
    );
  }

  /** Notes that a model is used now. */
  async touch(model: string, address: string): Promise<void> {
    await this.shelf.writeText(model, USE, `${Date.now()}\n${address}`);
  }

  /** The most recently used first. */
  async list(): Promise<StoredModel[]> {
    const entries = await this.#entries();
    return entries.map(({ address, bytes, lastUsed }) => ({ address, bytes, lastUsed }));
  }

  /** Removes what is kept of the model in the folder at `address`, once no tab reads it. */
  async evict(address: string): Promise<void> {
    const model = await modelKey(address);
    await this.#locks.request(modelLock(model), {}, async () => {
      if ((await this.shelf.models()).includes(model)) await this.shelf.removeModel(model);
    });
  }

  /**
   * Runs `write`; while the browser has no room for it, removes the model that was used longest ago, not `model` and
   * none in use.
   * @throws ElitError 'storage-full' | 'storage-failed'
   */
  async withRoom(model: string, write: () => Promise<void>): Promise<void> {
    for (;;) {
      try {
        return await write();
      } catch (thrown) {
        if (!isQuotaExceeded(thrown)) throw storageFailed(thrown);
        if (!(await this.#removeOldest(model))) throw storageFull(thrown);
      }
    }
  }

  async #removeOldest(except: string): Promise<boolean> {
    const entries = await this.#entries();
    for (const { model } of entries.reverse()) {
      if (model === except) continue;
      const isRemoved = await this.#locks.request(modelLock(model), { ifAvailable: true }, async (lock) => {
        if (lock !== null) await this.shelf.removeModel(model);
        return lock !== null;
      });
      if (isRemoved) return true;
    }
    return false;
  }

  async #entries(): Promise<(StoredModel & { model: string })[]> {
    const models = await this.shelf.models();
    const entries = await Promise.all(
      models.map(async (model) => {
        const use = parseUse(await this.shelf.readText(model, USE));
        return { model, ...use, bytes: await this.shelf.bytes(model) };
      }),
    );
    return entries.toSorted((a, b) => b.lastUsed - a.lastUsed);
  }
}

/** What a model is kept under: its address, in letters that every shelf takes. */
export async function modelKey(address: string): Promise<string> {
  return (await sha256(new TextEncoder().encode(address))).slice(0, 32);
}

/** Why something is not kept. */
export function storageFailed(cause: unknown): ElitError {
  return new ElitError(
    'storage-failed',
    `The browser kept nothing of the model: ${cause instanceof Error ? cause.message : String(cause)}.`,
    'It is downloaded again next time. A private window, or settings that block site data, can be the reason.',
    { cause },
  );
}

function storageFull(cause: unknown): ElitError {
  return new ElitError(
    'storage-full',
    'The browser has no more room to keep the model in.',
    'It is downloaded again next time. Free some disk space, or remove data of other sites, to keep it.',
    { cause },
  );
}

function modelLock(model: string): string {
  return `elit-web model ${model}`;
}

/** A note that was cut short is one of a model used long ago. */
function parseUse(text: string | null): { address: string; lastUsed: number } {
  const [lastUsed = '', address = ''] = (text ?? '').split('\n');
  return /^\d+$/.test(lastUsed) ? { address, lastUsed: Number(lastUsed) } : { address: '', lastUsed: 0 };
}
