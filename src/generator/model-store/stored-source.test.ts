import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { FaultyServer } from '../../../test/support/faulty-server.ts';
import { MemoryShelf, memoryLocks } from '../../../test/support/memory-shelf.ts';
import { ElitError } from '../../errors.ts';
import { WebSource } from '../source.ts';
import { ChunkBuffer } from './chunks.ts';
import { downloadChunks } from './download.ts';
import { ModelStore } from './model-store.ts';
import { StoredSource } from './stored-source.ts';

const CHUNK = 4096;
const FILE = Buffer.from(new Uint8Array(5 * CHUNK + 100).map((_, i) => (i * i) % 251));
const MANIFEST = '{"name":"tiny"}';
const WEIGHTS = 'elit.safetensors';
const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const expected = {
  name: WEIGHTS,
  bytes: FILE.length,
  sha256: hash(FILE),
  chunks: {
    bytes: CHUNK,
    sha256: Array.from({ length: 6 }, (_, i) => hash(FILE.subarray(i * CHUNK, (i + 1) * CHUNK))),
  },
};

let server: FaultyServer;
let shelf: MemoryShelf;
let store: ModelStore;

beforeAll(async () => {
  server = await FaultyServer.start(async (path) => {
    if (path.endsWith(WEIGHTS)) return { body: FILE };
    return path.endsWith('model.json') ? { body: Buffer.from(MANIFEST) } : undefined;
  });
});

afterAll(() => server.stop());

beforeEach(() => {
  server.requests.length = 0;
  server.fault = () => undefined;
  shelf = new MemoryShelf();
  store = new ModelStore(shelf, memoryLocks());
});

function open(name = 'tiny') {
  return new StoredSource(new WebSource(`${server.origin}/models/${name}/`), store);
}

async function read(source = open(), onBytes?: (bytes: number) => void) {
  const { signal } = new AbortController();
  const bytes = await source.read(WEIGHTS, { signal, limit: FILE.length, expected, ...(onBytes && { onBytes }) });
  return Buffer.from(bytes);
}

const ranges = () => server.rangesOf(WEIGHTS);

describe('StoredSource', () => {
  it('fetches a file once, in one request, and then has it', async () => {
    expect(await read()).toEqual(FILE);
    const told: number[] = [];
    const source = open();
    expect(await read(source, (bytes) => told.push(bytes))).toEqual(FILE);
    expect(ranges()).toEqual([undefined]);
    expect(told.at(-1)).toBe(FILE.length);
    expect(source.unkept).toBeNull();
  });

  it('goes on at the byte where a connection broke off, and tells bytes only once', async () => {
    server.fault = () => (ranges().length === 1 ? { cutAfter: 2 * CHUNK + 7 } : undefined);
    const onBytes = vi.fn<(bytes: number) => void>();
    expect(await read(open(), onBytes)).toEqual(FILE);
    expect(ranges()).toEqual([undefined, `bytes=${2 * CHUNK + 7}-${FILE.length - 1}`]);
    expect(onBytes).toHaveBeenLastCalledWith(FILE.length);
  });

  it('goes on where an earlier load stopped', async () => {
    server.fault = () => (ranges().length === 1 ? { cutAfter: 3 * CHUNK + 7 } : { status: 404 });
    await expect(read()).rejects.toMatchObject({ code: 'model-not-found' });
    server.fault = () => undefined;
    expect(await read()).toEqual(FILE);
    expect(ranges().at(-1)).toBe(`bytes=${3 * CHUNK}-${FILE.length - 1}`);
  });

  it('goes on with a server that knows no ranges', async () => {
    server.fault = () => (ranges().length === 1 ? { cutAfter: 3 * CHUNK } : { ignoreRange: true });
    expect(await read()).toEqual(FILE);
  });

  it('gives up a connection that brings nothing, in the end', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    const error = new ElitError('model-network', 'cut', 'again');
    const readRange = vi.fn(() => {
      throw error;
    });
    const options = { signal: new AbortController().signal, onBytes: vi.fn(), onChunk: vi.fn() };
    const download = downloadChunks({ readRange }, new ChunkBuffer(expected), { from: 0, to: 6 }, options);
    const settled = expect(download).rejects.toBe(error);
    await vi.advanceTimersByTimeAsync(10_000);
    await settled;
    expect(readRange).toHaveBeenCalledTimes(4);
    vi.useRealTimers();
  });

  it('stops at once when its signal aborts, and keeps what it has', async () => {
    const cancel = new AbortController();
    const onBytes = (bytes: number) => bytes >= 2 * CHUNK && cancel.abort('enough');
    server.fault = () => ({ cutAfter: 2 * CHUNK + 10 });
    const reading = open().read(WEIGHTS, { signal: cancel.signal, limit: FILE.length, expected, onBytes });
    await expect(reading).rejects.toBe('enough');
    server.fault = () => undefined;
    expect(await read()).toEqual(FILE);
    expect(ranges().at(-1)).toMatch(/^bytes=(4096|8192)-/);
  });

  it('fetches a chunk again that arrived damaged, and no other', async () => {
    server.fault = () => (ranges().length === 1 ? { flip: CHUNK + 1 } : undefined);
    expect(await read()).toEqual(FILE);
    expect(ranges()).toEqual([undefined, `bytes=${CHUNK}-${2 * CHUNK - 1}`]);
  });

  it('names the file and the chunk that arrives damaged twice', async () => {
    server.fault = () => ({ flip: CHUNK + 1 });
    const wrong = { code: 'model-corrupt', message: expect.stringContaining('Chunk 2 of 6 of elit.safetensors') };
    await expect(read()).rejects.toMatchObject(wrong);
    expect(ranges()).toHaveLength(2);
  });

  it('fetches a chunk again that is damaged on the disk, and no other', async () => {
    await read();
    const key = [...shelf.entries.keys()].find((entry) => entry.endsWith('/5'))!;
    shelf.entries.get(key)![50]! ^= 1;
    server.requests.length = 0;
    expect(await read()).toEqual(FILE);
    expect(ranges()).toEqual([`bytes=${5 * CHUNK}-${FILE.length - 1}`]);
    expect(shelf.entries.get(key)).toEqual(new Uint8Array(FILE.subarray(5 * CHUNK)));
  });

  it('gives back what there is of a file that ends too early', async () => {
    server.fault = () => ({ body: FILE.subarray(0, 2 * CHUNK + 5) });
    expect(await read()).toEqual(FILE.subarray(0, 2 * CHUNK + 5));
  });

  it('downloads once for two tabs', async () => {
    const both = await Promise.all([read(), read()]);
    expect(both).toEqual([FILE, FILE]);
    expect(ranges()).toEqual([undefined]);
  });

  it('reads model.json from the network, and as it was last read without one', async () => {
    const options = { signal: new AbortController().signal, limit: 1000 };
    const text = async () => new TextDecoder().decode(await open().read('model.json', options));
    expect(await text()).toBe(MANIFEST);
    server.fault = () => ({ status: 503 });
    expect(await text()).toBe(MANIFEST);
    server.fault = () => ({ status: 404 });
    await expect(text()).rejects.toMatchObject({ code: 'model-not-found' });
  });

  it('says why nothing is kept of a model without chunks, and reads it', async () => {
    const source = open();
    const { signal } = new AbortController();
    const plain = { ...expected, chunks: null };
    const bytes = await source.read(WEIGHTS, { signal, limit: FILE.length, expected: plain });
    expect(Buffer.from(bytes)).toEqual(FILE);
    expect(source.unkept).toMatchObject({ code: 'storage-failed', message: expect.stringContaining('no chunks') });
  });
});

describe('a full or broken disk', () => {
  async function readAll(name: string) {
    const source = open(name);
    await source.read('model.json', { signal: new AbortController().signal, limit: 1000 });
    expect(await read(source)).toEqual(FILE);
    return source.unkept;
  }

  it('gives the room of the model that was used longest ago to the new one', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 1000 });
    await readAll('first');
    vi.setSystemTime(2000);
    await readAll('second');
    vi.setSystemTime(3000);
    await readAll('first');
    shelf.room = 2.5 * FILE.length;
    vi.setSystemTime(4000);
    expect(await readAll('third')).toBeNull();
    vi.useRealTimers();
    const kept = (await store.list()).map(({ address }) => address.split('/').at(-2));
    expect(kept).toEqual(['third', 'first']);
  });

  it('reads the file all the same, says why it is not kept, and leaves no part of it', async () => {
    shelf.room = 3 * CHUNK;
    expect(await readAll('tiny')).toMatchObject({ code: 'storage-full' });
    expect([...shelf.entries.keys()].filter((key) => key.includes(WEIGHTS))).toEqual([]);
  });

  it('reads the file without any storage', async () => {
    shelf.isBroken = true;
    expect(await readAll('tiny')).toMatchObject({
      code: 'storage-failed',
      message: expect.stringContaining('no storage'),
    });
  });

  it('removes a model on request', async () => {
    await readAll('tiny');
    const [model] = await store.list();
    expect(model).toMatchObject({ address: `${server.origin}/models/tiny/` });
    expect(model!.bytes).toBeGreaterThan(FILE.length);
    await store.evict(model!.address);
    expect(await store.list()).toEqual([]);
    expect(await readAll('tiny')).toBeNull();
  });
});
