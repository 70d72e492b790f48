import { get, set } from 'idb-keyval';
import { afterEach, expect, it, vi } from 'vitest';
import { defaultVariants, PLAIN_VARIANTS as PLAIN } from '../kernels/variants.ts';
import { log } from '../log.ts';
import { browserCache } from './tuning-cache.ts';

vi.mock(import('idb-keyval'), () => ({ get: vi.fn(), set: vi.fn() }));
const [read, write] = [vi.mocked(get), vi.mocked(set)];

afterEach(() => void vi.resetAllMocks());

it('keeps what was chosen apart by adapter and by tier', async () => {
  const stored = new Map<IDBValidKey, unknown>();
  read.mockImplementation(async (key) => stored.get(key));
  write.mockImplementation(async (key, value) => void stored.set(key, value));
  const chosen = { 'matmul F16 64×256→768': 'direct 8×8' };
  await browserCache('one').save({ ...PLAIN, chosen });
  expect(await browserCache('one').load(PLAIN)).toEqual({ ...PLAIN, chosen });
  expect(await browserCache('other').load(PLAIN)).toEqual(PLAIN);
  const f16 = defaultVariants('f16', { isSoftware: false });
  expect(await browserCache('one').load(f16)).toEqual(f16);
});

it('takes no more than names from what is stored', async () => {
  read.mockResolvedValue({ a: 'rows', b: 7 });
  expect(await browserCache('one').load(PLAIN)).toEqual({ ...PLAIN, chosen: { a: 'rows' } });
});

it('a database that fails is none', async () => {
  const warn = vi.spyOn(log, 'warn').mockReturnValue();
  read.mockRejectedValue(new Error('private window'));
  write.mockRejectedValue(new Error('no room'));
  const cache = browserCache('one');
  expect(await cache.load(PLAIN)).toEqual(PLAIN);
  await cache.save(PLAIN);
  expect(warn).toHaveBeenCalledTimes(2);
});
