import { afterEach, expect, it, vi } from 'vitest';
import { evictModel, openSource, storedModels } from './open-source.ts';

afterEach(() => vi.unstubAllGlobals());

it('downloads plainly where the address is not secure, and says why nothing is kept', async () => {
  vi.stubGlobal('isSecureContext', false);
  vi.stubGlobal('location', { href: 'http://elit.test/' });
  vi.stubGlobal('fetch', async () => new Response('{}'));
  const source = await openSource('http://elit.test/models/tiny/');
  const bytes = await source.read('model.json', { signal: new AbortController().signal, limit: 10 });
  expect(new TextDecoder().decode(bytes)).toBe('{}');
  expect(source.unkept).toMatchObject({ code: 'storage-failed', message: expect.stringContaining('plain http') });
  expect(await storedModels()).toEqual([]);
  await evictModel('models/tiny/');
});

it('refuses what is no address', async () => {
  await expect(openSource('tiny')).rejects.toMatchObject({ code: 'model-not-found' });
});
