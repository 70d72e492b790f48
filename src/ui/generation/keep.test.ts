import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ElitError } from '../../errors.ts';
import { log } from '../../log.ts';
import { keepForNextVisit } from './keep.ts';

const persist = vi.fn<() => Promise<boolean>>();

beforeEach(() => {
  persist.mockReset().mockResolvedValue(true);
  vi.stubGlobal('navigator', { storage: { persist } });
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

it('asks the browser to keep a model that is on the disk', async () => {
  await keepForNextVisit({ unkept: null, backend: 'webgpu' });
  expect(persist).toHaveBeenCalledOnce();
});

it('asks for nothing where the model could not be kept', async () => {
  const unkept = new ElitError('storage-full', 'No room.', 'Free some disk space.').toData();
  await keepForNextVisit({ unkept, backend: 'webgpu' });
  expect(persist).not.toHaveBeenCalled();
});

it('a browser that refuses to answer breaks nothing', async () => {
  const warn = vi.spyOn(log, 'warn').mockReturnValue(undefined);
  persist.mockRejectedValue(new TypeError('not now'));
  await expect(keepForNextVisit({ unkept: null, backend: 'wasm' })).resolves.toBeUndefined();
  expect(warn).toHaveBeenCalledOnce();
});
