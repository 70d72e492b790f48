import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSource } from './source.ts';

const FILE = new Uint8Array(300_000).map((_, i) => i % 251);

let server: Server;
let base: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === '/models/tiny/elit.safetensors') response.end(FILE);
    else if (request.url === '/models/tiny/page.html') response.setHeader('content-type', 'text/html').end('<p>Hello');
    else if (request.url === '/models/tiny/slow') response.write(FILE.subarray(0, 100));
    else if (request.url === '/models/tiny/cut') {
      response.setHeader('content-length', FILE.length);
      response.write(FILE.subarray(0, 1000), () => response.destroy());
    } else {
      response.statusCode = 404;
      response.end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/models/tiny`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

function read(file: string, { address = `${base}/`, limit = FILE.length, signal = new AbortController().signal } = {}) {
  return new WebSource(address).read(file, { signal, limit });
}

describe('WebSource', () => {
  it('reads a file whole and tells how far it is', async () => {
    const onBytes = vi.fn<(bytes: number) => void>();
    const { signal } = new AbortController();
    const bytes = await new WebSource(`${base}/`).read('elit.safetensors', { signal, limit: FILE.length, onBytes });
    expect(Buffer.compare(bytes, FILE)).toBe(0);
    const told = onBytes.mock.calls.map(([count]) => count);
    expect(told).toEqual(told.toSorted((a, b) => a - b));
    expect(told.at(-1)).toBe(FILE.length);
  });

  it.each(['blob:https://example.org/1', 'data:application/json,{}', 'file:///etc/', 'models/tiny'])(
    'refuses “%s”, which has no folder on the web',
    (address) => {
      expect(() => new WebSource(address)).toThrow(expect.objectContaining({ code: 'model-not-found' }));
    },
  );

  it.each(['', '/', '/model.json', '/?v=2'])('finds the folder of “models/tiny%s”', async (ending) => {
    expect(await read('elit.safetensors', { address: base + ending })).toHaveLength(FILE.length);
  });

  it('says that a file is not there', async () => {
    await expect(read('decoder.onnx')).rejects.toMatchObject({
      code: 'model-not-found',
      message: expect.stringContaining('/models/tiny/decoder.onnx answers 404'),
    });
  });

  it('takes no web page for a file', async () => {
    await expect(read('page.html')).rejects.toMatchObject({ code: 'model-not-found' });
  });

  it('stays in its folder', async () => {
    await expect(read('../tiny/elit.safetensors')).rejects.toMatchObject({ code: 'model-not-found' });
  });

  it('says that the download broke off', async () => {
    await expect(read('cut')).rejects.toMatchObject({ code: 'model-network' });
  });

  it('says that no server answers', async () => {
    await expect(read('model.json', { address: 'http://127.0.0.1:9/' })).rejects.toMatchObject({
      code: 'model-network',
    });
  });

  it('reads no more than it should', async () => {
    await expect(read('elit.safetensors', { limit: 1000 })).rejects.toMatchObject({ code: 'model-not-found' });
  });

  it('refuses what is no address', () => {
    expect(() => new WebSource('models/tiny')).toThrow(expect.objectContaining({ code: 'model-not-found' }));
  });

  it('stops with the reason of its signal, before and while it reads', async () => {
    const gone = AbortSignal.abort('not now');
    await expect(read('elit.safetensors', { signal: gone })).rejects.toBe('not now');
    const cancel = new AbortController();
    const reading = read('slow', { signal: cancel.signal });
    setTimeout(() => cancel.abort('enough'), 50);
    await expect(reading).rejects.toBe('enough');
  });
});
