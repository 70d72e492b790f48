/**
 * Where models are put away: the origin private file system, or the Cache API where that is missing. A shelf promises
 * little: what it gives back is checked by whoever asks, and any of its calls may fail.
 */
export interface Shelf {
  /** @param model a key from `modelKey` */
  openFile(model: string, file: string, chunkBytes: number): Promise<ShelfFile>;
  removeFile(model: string, file: string): Promise<void>;
  /** Small files; null when there is none. */
  readText(model: string, file: string): Promise<string | null>;
  writeText(model: string, file: string, text: string): Promise<void>;
  /** The keys of all models that something is kept of. */
  models(): Promise<string[]>;
  /** What a model takes on this device. */
  bytes(model: string): Promise<number>;
  removeModel(model: string): Promise<void>;
}

/** A large file, in chunks of one size (the last is shorter). One user at a time. */
export interface ShelfFile {
  /** Fills `into` with the chunk; false when so many bytes are not there. */
  read(index: number, into: Uint8Array<ArrayBuffer>): Promise<boolean>;
  /** @throws DOMException QuotaExceededError */
  write(index: number, chunk: Uint8Array<ArrayBuffer>): Promise<void>;
  /** @param bytes the length of the whole file: what an older version had beyond it goes */
  close(bytes: number): Promise<void>;
}

export function isQuotaExceeded(thrown: unknown): boolean {
  return thrown instanceof DOMException && thrown.name === 'QuotaExceededError';
}
