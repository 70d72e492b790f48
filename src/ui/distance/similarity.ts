import { ElitError } from '../../errors.ts';
import type { Pixels } from '../../generator/types.ts';
import type { Compared, Pair } from './similarity-worker.ts';

/** SSIM of two pictures of one size, see `ssim`. */
export type Similarity = (a: Pixels, b: Pixels) => Promise<number>;

/** What a comparison waits for. */
interface Waiting {
  resolve(similarity: number): void;
  reject(reason: ElitError): void;
}

/**
 * SSIM in a worker: on a slow core a pair of pictures takes longer than a frame, so the page’s thread should not.
 * The worker starts with the first pair, and a new one after a fault.
 * @param start gives a worker that runs similarity-worker.ts
 * @returns a function whose promise rejects with ElitError worker-failed
 */
export function similarityInWorker(start: () => Worker = startWorker): Similarity {
  let worker: Worker | null = null;
  let last = 0;
  const waiting = new Map<number, Waiting>();

  const open = () => {
    const opened = start();
    opened.addEventListener('message', ({ data: { id, similarity } }: MessageEvent<Compared>) => {
      waiting.get(id)?.resolve(similarity);
      waiting.delete(id);
    });
    opened.addEventListener('error', (event) => {
      event.preventDefault(); // it is answered for here
      worker = null;
      opened.terminate();
      for (const { reject } of waiting.values()) reject(failed(event.message));
      waiting.clear();
    });
    return opened;
  };

  return (a, b) =>
    new Promise((resolve, reject) => {
      worker ??= open();
      const id = ++last;
      waiting.set(id, { resolve, reject });
      worker.postMessage({ id, a: pixelsOf(a), b: pixelsOf(b) } satisfies Pair);
    });
}

/** For the whole page. */
export const similarity: Similarity = similarityInWorker();

function startWorker(): Worker {
  return new Worker(new URL('./similarity-worker.ts', import.meta.url), {
    type: 'module',
    name: 'elit-web similarity',
  });
}

/** Without what else a picture may carry. */
function pixelsOf({ width, height, data }: Pixels): Pixels {
  return { width, height, data };
}

function failed(message: string): ElitError {
  const words = message
    ? `The worker that compares pictures failed: ${message}.`
    : 'The worker that compares pictures could not be started.';
  return new ElitError('worker-failed', words, 'Try again; if it stays, reload the page.');
}
