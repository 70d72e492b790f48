import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openRemoteDecoder } from './decoder-client.ts';
import type { FromDecoder, ToDecoder } from './decoder-protocol.ts';

const latents = { channels: 1, height: 1, width: 1 };
const pixels = { width: 1, height: 1, data: Uint8ClampedArray.of(1, 2, 3, 255) };

/** A worker that answers as it is told, once for every question. */
class FakeWorker extends EventTarget {
  static started: FakeWorker[] = [];
  static answers: FromDecoder[] = [];
  readonly terminate = vi.fn();

  constructor() {
    super();
    FakeWorker.started.push(this);
  }

  postMessage(_: ToDecoder): void {
    const data = FakeWorker.answers.shift();
    if (data) queueMicrotask(() => this.dispatchEvent(new MessageEvent('message', { data })));
  }
}

async function opened(...answers: FromDecoder[]) {
  FakeWorker.answers = [{ type: 'opened' }, ...answers];
  const decoder = await openRemoteDecoder(new Uint8Array(1), latents, { width: 1, height: 1 });
  return { decoder, worker: FakeWorker.started.at(-1)! };
}

describe('the decoder in a worker of its own', () => {
  beforeEach(() => void vi.stubGlobal('Worker', FakeWorker));
  afterEach(() => void vi.unstubAllGlobals());

  it('hands out answers in order, and goes on after one that failed', async () => {
    const error = { code: 'decoder-failed', message: 'no', hint: 'no' } as const;
    const { decoder } = await opened({ type: 'failed', error }, { type: 'decoded', pixels });
    const [first, second] = [decoder.decode(new Float32Array(1)), decoder.decode(new Float32Array(1))];
    await expect(first).rejects.toMatchObject(error);
    await expect(second).resolves.toEqual(pixels);
  });

  it('reports a crash as that of a worker, to what is open and to what comes later', async () => {
    const { decoder, worker } = await opened();
    const open = decoder.decode(new Float32Array(1));
    worker.dispatchEvent(Object.assign(new Event('error', { cancelable: true }), { message: 'out of memory' }));
    const crash = { code: 'worker-failed', message: expect.stringContaining('out of memory') };
    await expect(open).rejects.toMatchObject(crash);
    await expect(decoder.decode(new Float32Array(1))).rejects.toMatchObject(crash);
  });

  it('takes a worker that hangs, or ended without a word, for crashed after a minute of silence', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      const { decoder, worker } = await opened();
      const open = decoder.decode(new Float32Array(1));
      const silence = { code: 'worker-failed', message: expect.stringContaining('no longer answers') };
      const outcome = expect(open).rejects.toMatchObject(silence);
      await vi.advanceTimersByTimeAsync(50_000);
      worker.dispatchEvent(new MessageEvent<FromDecoder>('message', { data: { type: 'pong' } }));
      await vi.advanceTimersByTimeAsync(50_000);
      expect(worker.terminate).not.toHaveBeenCalled();
      await vi.advanceTimersByTimeAsync(20_000);
      await outcome;
      expect(worker.terminate).toHaveBeenCalled();
    } finally {
      vi.useRealTimers();
    }
  });

  it('ends the worker when the decoder does not open, and when it is disposed of', async () => {
    FakeWorker.answers = [{ type: 'failed', error: { code: 'decoder-failed', message: 'no', hint: 'no' } }];
    const failing = openRemoteDecoder(new Uint8Array(1), latents, { width: 1, height: 1 });
    await expect(failing).rejects.toMatchObject({ code: 'decoder-failed' });
    expect(FakeWorker.started.at(-1)?.terminate).toHaveBeenCalled();
    const { decoder, worker } = await opened();
    decoder.dispose();
    expect(worker.terminate).toHaveBeenCalled();
  });
});
