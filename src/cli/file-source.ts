import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ElitError } from '../errors.ts';
import type { ModelSource, ReadOptions } from '../generator/source.ts';

/** A model's files in a folder on disk. */
export class FileSource implements ModelSource {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async read(file: string, { signal, onBytes, limit }: ReadOptions): Promise<Uint8Array<ArrayBuffer>> {
    const path = join(this.#folder, file);
    try {
      const { size } = await stat(path);
      if (size > limit) throw notFound(`${path} has ${size} bytes, more than the ${limit} that it should.`);
      const bytes = new Uint8Array(await readFile(path, { signal }));
      onBytes?.(bytes.byteLength);
      return bytes;
    } catch (cause) {
      signal.throwIfAborted();
      if (cause instanceof ElitError) throw cause;
      throw notFound(`${path} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}.`, cause);
    }
  }
}

function notFound(message: string, cause?: unknown): ElitError {
  return new ElitError('model-not-found', message, 'Give the folder of a model, with its model.json, by --model.', {
    cause,
  });
}
