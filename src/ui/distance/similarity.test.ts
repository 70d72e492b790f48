import { expect, it, vi } from 'vitest';
import type { Pixels } from '../../generator/types.ts';
import { similarityInWorker } from './similarity.ts';
import type { Compared, Pair } from './similarity-worker.ts';

/** A worker that answers when it is told to. */
class FakeWorker extends EventTarget {
  readonly pairs: Pair[] = [];
  readonly terminate = vi.fn();

  postMessage(pair: Pair): void {
    this.pairs.push(pair);
  }

  answer(data: Compared): void {
    this.dispatchEvent(Object.assign(new Event('message'), { data }));
  }

  break(message: string): void {
    this.dispatchEvent(Object.assign(new Event('error'), { message }));
  }
}

const picture = (side: number): Pixels => ({ width: side, height: side, data: new Uint8ClampedArray(4 * side * side) });

function started() {
  const workers: FakeWorker[] = [];
  const similarity = similarityInWorker(() => {
    const worker = new FakeWorker();
    workers.push(worker);
    return worker as EventTarget as Worker;
  });
  return { workers, similarity };
}

it('starts one worker, with the first pair, and gives each answer to who asked', async () => {
  const { workers, similarity } = started();
  expect(workers).toHaveLength(0);
  const both = [similarity(picture(16), picture(16)), similarity(picture(32), picture(32))];
  expect(workers).toHaveLength(1);
  const [first, second] = workers[0]!.pairs;
  workers[0]!.answer({ id: second!.id, similarity: 0.5 });
  workers[0]!.answer({ id: first!.id, similarity: 1 });
  expect(await Promise.all(both)).toEqual([1, 0.5]);
});

it('sends pixels and nothing else of a picture', () => {
  const { workers, similarity } = started();
  void similarity({ ...picture(16), latents: new Float32Array(9) } as Pixels, picture(16));
  expect(Object.keys(workers[0]!.pairs[0]!.a)).toEqual(['width', 'height', 'data']);
});

it('fails what waits when the worker does, and starts another for the next', async () => {
  const { workers, similarity } = started();
  const waiting = similarity(picture(16), picture(16));
  workers[0]!.break('no memory');
  await expect(waiting).rejects.toMatchObject({
    code: 'worker-failed',
    message: expect.stringContaining('no memory'),
  });
  expect(workers[0]!.terminate).toHaveBeenCalledOnce();
  void similarity(picture(16), picture(16));
  expect(workers).toHaveLength(2);
});
