import type { Shelf, ShelfFile } from './shelf.ts';

const ROOT = 'elit-web-models';
/** A worker that was just ended may hold its files a moment longer. */
const PATIENCE = [50, 100, 200, 400, 800];

/** Models in the origin private file system, a folder each. Opening files takes a worker: pages have no sync handles. */
export class OpfsShelf implements Shelf {
  readonly #root: FileSystemDirectoryHandle;

  private constructor(root: FileSystemDirectoryHandle) {
    this.#root = root;
  }

  /** @throws DOMException where the browser allows no storage, as some private windows do */
  static async open(): Promise<OpfsShelf> {
    const origin = await navigator.storage.getDirectory();
    return new OpfsShelf(await origin.getDirectoryHandle(ROOT, { create: true }));
  }

  async openFile(model: string, file: string, chunkBytes: number): Promise<ShelfFile> {
    const folder = await this.#root.getDirectoryHandle(model, { create: true });
    const entry = await folder.getFileHandle(file, { create: true });
    return new OpfsFile(await openPatiently(entry), chunkBytes);
  }

  async removeFile(model: string, file: string): Promise<void> {
    const folder = await this.#root.getDirectoryHandle(model, { create: true });
    await folder.removeEntry(file);
  }

  async readText(model: string, file: string): Promise<string | null> {
    try {
      const folder = await this.#root.getDirectoryHandle(model);
      const entry = await folder.getFileHandle(file);
      return await (await entry.getFile()).text();
    } catch (thrown) {
      if (thrown instanceof DOMException && thrown.name === 'NotFoundError') return null;
      throw thrown;
    }
  }

  async writeText(model: string, file: string, text: string): Promise<void> {
    const folder = await this.#root.getDirectoryHandle(model, { create: true });
    const entry = await folder.getFileHandle(file, { create: true });
    const handle = await openPatiently(entry);
    try {
      const bytes = new TextEncoder().encode(text);
      handle.truncate(0);
      writeWhole(handle, bytes, 0);
      handle.flush();
    } finally {
      handle.close();
    }
  }

  async models(): Promise<string[]> {
    const keys: string[] = [];
    for await (const key of this.#root.keys()) keys.push(key);
    return keys;
  }

  async bytes(model: string): Promise<number> {
    const folder = await this.#root.getDirectoryHandle(model);
    let bytes = 0;
    for await (const entry of folder.values()) {
      if (entry.kind === 'file') bytes += (await (entry as FileSystemFileHandle).getFile()).size;
    }
    return bytes;
  }

  async removeModel(model: string): Promise<void> {
    await this.#root.removeEntry(model, { recursive: true });
  }
}

class OpfsFile implements ShelfFile {
  readonly #handle: FileSystemSyncAccessHandle;
  readonly #chunkBytes: number;

  constructor(handle: FileSystemSyncAccessHandle, chunkBytes: number) {
    this.#handle = handle;
    this.#chunkBytes = chunkBytes;
  }

  async read(index: number, into: Uint8Array<ArrayBuffer>): Promise<boolean> {
    return this.#handle.read(into, { at: index * this.#chunkBytes }) === into.byteLength;
  }

  async write(index: number, chunk: Uint8Array<ArrayBuffer>): Promise<void> {
    writeWhole(this.#handle, chunk, index * this.#chunkBytes);
  }

  async close(bytes: number): Promise<void> {
    try {
      if (this.#handle.getSize() > bytes) this.#handle.truncate(bytes);
      this.#handle.flush();
    } finally {
      this.#handle.close();
    }
  }
}

function writeWhole(handle: FileSystemSyncAccessHandle, bytes: Uint8Array<ArrayBuffer>, at: number): void {
  // Chromium's storage in memory returns an error's negative number as a huge count instead of throwing.
  const written = handle.write(bytes, { at });
  if (written !== bytes.byteLength) throw new DOMException('The disk took only a part.', 'QuotaExceededError');
}

async function openPatiently(entry: FileSystemFileHandle): Promise<FileSystemSyncAccessHandle> {
  for (const pause of PATIENCE) {
    try {
      return await entry.createSyncAccessHandle();
    } catch (thrown) {
      if (!(thrown instanceof DOMException) || thrown.name !== 'NoModificationAllowedError') throw thrown;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
  return entry.createSyncAccessHandle();
}
