import { ElitError } from '../../errors.ts';
import { abortable } from '../abort.ts';
import type { WebSource } from '../source.ts';
import type { ChunkBuffer } from './chunks.ts';

export interface DownloadOptions {
  readonly signal: AbortSignal;
  /** The next so many bytes have arrived. */
  readonly onBytes: (bytes: number) => void;
  /** A chunk is there and good. */
  readonly onChunk: (index: number) => Promise<void>;
}

/** Pauses before a broken download goes on, ms. There are no more in a row than these without a new chunk. */
const BACK_OFF = [300, 1500, 4000] as const;

/**
 * Fetches chunks `from` ≤ index < `to` of a file into `buffer`. A connection that breaks off is taken up again where it
 * broke; a chunk that arrived damaged is fetched again, once.
 * @returns false when the file on the server is shorter than it should be
 * @throws ElitError 'model-not-found' | 'model-network' | 'model-corrupt', or the signal's reason
 */
export async function downloadChunks(
  source: Pick<WebSource, 'readRange'>,
  buffer: ChunkBuffer,
  run: { readonly from: number; readonly to: number },
  { signal, onBytes, onChunk }: DownloadOptions,
): Promise<boolean> {
  const end = buffer.range(run.to - 1).to;
  let at = buffer.range(run.from).from;
  let next = run.from; // the chunk that is arriving
  let fruitless = 0;
  while (at < end) {
    try {
      // What is kept by us need not be in the browser's cache too.
      const range = { from: at, to: end };
      for await (const piece of source.readRange(buffer.file.name, range, { signal, cache: 'no-store' })) {
        buffer.bytes.set(piece, at);
        at += piece.byteLength;
        onBytes(piece.byteLength);
        for (; next < run.to && buffer.range(next).to <= at; next++) {
          await ensureGood(source, buffer, next, signal);
          await onChunk(next);
          fruitless = 0;
        }
      }
      if (at < end) return false;
    } catch (thrown) {
      const pause = BACK_OFF[fruitless++];
      if (pause === undefined || !(thrown instanceof ElitError) || thrown.code !== 'model-network') throw thrown;
      await abortable(new Promise((resolve) => setTimeout(resolve, pause)), signal);
    }
  }
  return true;
}

async function ensureGood(
  source: Pick<WebSource, 'readRange'>,
  buffer: ChunkBuffer,
  index: number,
  signal: AbortSignal,
): Promise<void> {
  if (await buffer.isGood(index)) return;
  const range = buffer.range(index);
  let at = range.from;
  // Past every cache on the way, which may be where the damage is.
  for await (const piece of source.readRange(buffer.file.name, range, { signal, cache: 'reload' })) {
    buffer.bytes.set(piece, at);
    at += piece.byteLength;
  }
  if (await buffer.isGood(index)) return;
  throw new ElitError(
    'model-corrupt',
    `Chunk ${index + 1} of ${buffer.count} of ${buffer.file.name} (bytes ${range.from} to ${range.to - 1}) has not the ` +
      'SHA-256 that model.json lists, also after it was fetched again.',
    'Reload the page: the model may just have been updated. If that fails too, the file is damaged where it is served.',
  );
}
