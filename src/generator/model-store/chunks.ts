import { ElitError } from '../../errors.ts';
import type { FileChunks, ModelFile } from '../../model/manifest.ts';
import type { ByteRange } from '../source.ts';
import { sha256 } from './sha256.ts';

/** A file whose model.json lists its chunks. */
export interface ChunkedFile extends ModelFile {
  readonly chunks: FileChunks;
}

export function isChunked(file: ModelFile | undefined): file is ChunkedFile {
  return file !== undefined && file.chunks !== null;
}

/** The bytes of a file as they come together, with a check for every chunk. Nothing is held twice. */
export class ChunkBuffer {
  readonly file: ChunkedFile;
  readonly bytes: Uint8Array<ArrayBuffer>;

  /** @throws ElitError 'model-too-large' */
  constructor(file: ChunkedFile) {
    this.file = file;
    this.bytes = allocate(file);
  }

  get count(): number {
    return this.file.chunks.sha256.length;
  }

  range(index: number): ByteRange {
    const size = this.file.chunks.bytes;
    return { from: index * size, to: Math.min((index + 1) * size, this.file.bytes) };
  }

  /** A view of the chunk, not a copy. */
  chunk(index: number): Uint8Array<ArrayBuffer> {
    const { from, to } = this.range(index);
    return this.bytes.subarray(from, to);
  }

  async isGood(index: number): Promise<boolean> {
    return (await sha256(this.chunk(index))) === this.file.chunks.sha256[index];
  }
}

/** Neighbours among the chunks as ranges of their indices, so that each is one request: [1, 2, 5] is 1..3 and 5..6. */
export function runsOf(indices: readonly number[]): ByteRange[] {
  const runs: { from: number; to: number }[] = [];
  for (const index of indices) {
    const last = runs.at(-1);
    if (last?.to === index) last.to++;
    else runs.push({ from: index, to: index + 1 });
  }
  return runs;
}

function allocate({ name, bytes }: ModelFile): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(bytes);
  } catch (cause) {
    throw new ElitError(
      'model-too-large',
      `There is no memory for ${name}, which takes ${Math.ceil(bytes / 1e6)} MB.`,
      'Close other tabs and programs, or use a smaller model.',
      { cause },
    );
  }
}
