import { ElitError, type ErrorData } from '../../errors.ts';
import type { ModelSource, ReadOptions, WebSource } from '../source.ts';
import { ChunkBuffer, type ChunkedFile, isChunked, runsOf } from './chunks.ts';
import { downloadChunks } from './download.ts';
import { type ModelStore, modelKey, storageFailed } from './model-store.ts';
import type { ShelfFile } from './shelf.ts';

/**
 * A model at a web address whose files are kept on this device. Every chunk is checked against model.json, wherever it
 * comes from; what is missing or damaged is fetched, so a download that was cut goes on at the chunk where it stopped.
 * Whatever goes wrong with the keeping, the file is read all the same, and `unkept` says why it is not kept.
 */
export class StoredSource implements ModelSource {
  readonly #web: WebSource;
  readonly #store: ModelStore;
  #unkept: ErrorData | null = null;

  constructor(web: WebSource, store: ModelStore) {
    this.#web = web;
    this.#store = store;
  }

  get unkept(): ErrorData | null {
    return this.#unkept;
  }

  async read(file: string, options: ReadOptions): Promise<Uint8Array<ArrayBuffer>> {
    const model = await modelKey(this.#web.address);
    const { expected, signal } = options;
    if (isChunked(expected)) {
      return this.#store.useFile(model, file, signal, () => this.#readChunked(model, expected, options));
    }
    if (expected !== undefined) {
      this.#unkept = storageFailed(`model.json lists no chunks of ${file}`).toData();
      return this.#web.read(file, options);
    }
    return this.#readSmall(model, file, options);
  }

  /** From the network, or as it was last read where there is none. */
  async #readSmall(model: string, file: string, options: ReadOptions): Promise<Uint8Array<ArrayBuffer>> {
    try {
      const bytes = await this.#web.read(file, options);
      await this.#keeping(async () => {
        await this.#store.withRoom(model, () => this.#store.touch(model, this.#web.address));
        const text = new TextDecoder().decode(bytes);
        await this.#store.withRoom(model, () => this.#store.shelf.writeText(model, file, text));
      });
      return bytes;
    } catch (thrown) {
      if (!(thrown instanceof ElitError) || thrown.code !== 'model-network') throw thrown;
      const kept = await this.#keeping(() => this.#store.shelf.readText(model, file));
      if (!kept || kept.length > options.limit) throw thrown;
      return new TextEncoder().encode(kept);
    }
  }

  async #readChunked(model: string, file: ChunkedFile, options: ReadOptions): Promise<Uint8Array<ArrayBuffer>> {
    const { signal, onBytes } = options;
    const buffer = new ChunkBuffer(file);
    let shelf = await this.#keeping(() => this.#store.shelf.openFile(model, file.name, file.chunks.bytes));
    try {
      let done = 0;
      const count = (bytes: number) => {
        done += bytes;
        onBytes?.(done);
      };
      const missing = await this.#recall(shelf, buffer, signal, count);
      for (const run of runsOf(missing)) {
        const isWhole = await downloadChunks(this.#web, buffer, run, {
          signal,
          onBytes: count,
          onChunk: async (index) => {
            if (shelf !== undefined && !(await this.#keep(shelf, model, buffer, index))) {
              await this.#close(shelf, file, model);
              shelf = undefined;
            }
          },
        });
        if (!isWhole) return buffer.bytes.subarray(0, done);
      }
      return buffer.bytes;
    } finally {
      if (shelf !== undefined) await this.#keeping(() => shelf!.close(file.bytes));
    }
  }

  /** Reads what is there into the buffer; returns the chunks that are not, or are damaged. */
  async #recall(
    shelf: ShelfFile | undefined,
    buffer: ChunkBuffer,
    signal: AbortSignal,
    onBytes: (bytes: number) => void,
  ): Promise<number[]> {
    const missing: number[] = [];
    for (let index = 0; index < buffer.count; index++) {
      signal.throwIfAborted();
      const chunk = buffer.chunk(index);
      const isThere = shelf !== undefined && (await this.#keeping(() => shelf.read(index, chunk)));
      if (isThere && (await buffer.isGood(index))) onBytes(chunk.byteLength);
      else missing.push(index);
    }
    return missing;
  }

  async #keep(shelf: ShelfFile, model: string, buffer: ChunkBuffer, index: number): Promise<boolean> {
    const kept = await this.#keeping(async () => {
      await this.#store.withRoom(model, () => shelf.write(index, buffer.chunk(index)));
      return true;
    });
    return kept ?? false;
  }

  /** Part of a file that cannot be kept whole only takes up room. */
  async #close(shelf: ShelfFile, file: ChunkedFile, model: string): Promise<void> {
    await this.#keeping(() => shelf.close(file.bytes));
    await this.#keeping(() => this.#store.shelf.removeFile(model, file.name));
  }

  /** Does something for the next visit; a failure is noted and disturbs nothing. */
  async #keeping<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (thrown) {
      const error = thrown instanceof ElitError ? thrown : storageFailed(thrown);
      this.#unkept ??= error.toData();
      return undefined;
    }
  }
}
