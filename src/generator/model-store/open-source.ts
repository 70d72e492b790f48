import { type ModelSource, WebSource } from '../source.ts';
import { CacheShelf } from './cache-shelf.ts';
import { ModelStore, type StoredModel, storageFailed } from './model-store.ts';
import { OpfsShelf } from './opfs-shelf.ts';
import type { Shelf } from './shelf.ts';
import { StoredSource } from './stored-source.ts';

/**
 * The model at a web address, kept on this device where the browser can. Over plain http it cannot: there are no
 * hashes, no locks and no storage then, and every load is a plain download.
 * @throws ElitError 'model-not-found' when the address is none
 */
export async function openSource(address: string): Promise<ModelSource> {
  const web = new WebSource(address);
  try {
    return new StoredSource(web, await openStore());
  } catch (cause) {
    return { read: (file, options) => web.read(file, options), unkept: storageFailed(cause).toData() };
  }
}

/** The models kept on this device for this site, the most recently used first; none where nothing can be kept. */
export async function storedModels(): Promise<StoredModel[]> {
  return canStore() ? (await openStore()).list() : [];
}

/**
 * Removes what is kept of the model in the folder at `address`, once no tab is loading it. Generators that have loaded
 * it go on.
 * @throws ElitError 'model-not-found' when the address is none; DOMException when the browser refuses
 */
export async function evictModel(address: string | URL): Promise<void> {
  const { address: folder } = new WebSource(new URL(address, location.href).href);
  if (canStore()) await (await openStore()).evict(folder);
}

/** Secure contexts have all three. */
function canStore(): boolean {
  return globalThis.isSecureContext && 'locks' in navigator && 'subtle' in crypto;
}

async function openStore(): Promise<ModelStore> {
  if (!canStore()) throw new Error('this address is not secure (plain http)');
  return new ModelStore(await openShelf(), navigator.locks);
}

/** One and the same in pages and workers, though only workers can open files. */
async function openShelf(): Promise<Shelf> {
  const hasFiles = 'FileSystemFileHandle' in globalThis && 'getDirectory' in (navigator.storage ?? {});
  if (!hasFiles) return CacheShelf.open();
  return OpfsShelf.open().catch(() => CacheShelf.open());
}
