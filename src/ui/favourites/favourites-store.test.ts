import { describe, expect, it, vi } from 'vitest';
import { favouritePng } from '../../../test/support/favourite-png.ts';
import { log } from '../../log.ts';
import { favouriteOf } from './favourite.ts';
import { Favourites } from './favourites-store.ts';
import type { Kept, Shelf } from './shelf.ts';

const first = favouriteOf(favouritePng({ seed: 1 }), 100);
const second = favouriteOf(favouritePng({ seed: 2 }), 200);

/** Favourites on what all tabs share: records by key, and who listens for changes. */
function device(records = new Map<string, unknown>()) {
  const tabs: (() => void)[] = [];
  const shelf: Shelf = {
    all: () => Promise.resolve([...records.values()]),
    put: async (kept: readonly (readonly [string, Kept])[]) => {
      for (const [key, value] of kept) records.set(key, value);
    },
    remove: async (keys) => {
      for (const key of keys) records.delete(key);
    },
  };
  const open = () => {
    const mine = vi.fn();
    const channel = {
      postMessage: () => {
        for (const tab of tabs) if (tab !== mine) tab();
      },
      addEventListener: (_: string, heard: unknown) => {
        mine.mockImplementation(heard as () => void);
        tabs.push(mine);
      },
    };
    return new Favourites(shelf, () => channel);
  };
  return { records, shelf, open };
}

const seeds = ({ list }: Favourites) => list?.map(({ picture }) => picture.settings.seed);

describe('favourites', () => {
  it('are there at the next visit, the newest first, and each once', async () => {
    const { open } = device();
    const now = open();
    now.subscribe(() => undefined);
    expect(await now.keep([first, second])).toHaveLength(2);
    expect(await now.keep([{ ...first, added: 300 }])).toEqual([]);
    const later = open();
    const changed = vi.fn();
    later.subscribe(changed);
    expect(later.list).toBeNull();
    await vi.waitFor(() => expect(seeds(later)).toEqual([2, 1]));
    expect(changed).toHaveBeenCalled();
    expect(later.has(first.key)).toBe(true);
    expect(later.list?.[1]).toEqual(first);
  });

  it('that are kept before the old ones have been read join them', async () => {
    const { open, records } = device();
    records.set(first.key, { png: first.png, added: first.added });
    const favourites = open();
    favourites.subscribe(() => undefined);
    await favourites.keep([second]);
    expect(seeds(favourites)).toEqual([2, 1]);
  });

  it('are the same in another tab, also once one is removed', async () => {
    const { open } = device();
    const [here, there] = [open(), open()];
    for (const tab of [here, there]) tab.subscribe(() => undefined);
    await here.keep([first, second]);
    await vi.waitFor(() => expect(seeds(there)).toEqual([2, 1]));
    await there.remove(second.key);
    await vi.waitFor(() => expect(seeds(here)).toEqual([1]));
    expect(here.has(second.key)).toBe(false);
  });

  it('of another tab are not lost to a change that was made while they were read', async () => {
    const { open, shelf, records } = device();
    const favourites = open();
    favourites.subscribe(() => undefined);
    await favourites.keep([first]);
    const all = shelf.all;
    shelf.all = async () => {
      const found = await all();
      await new Promise((resolve) => setTimeout(resolve, 20));
      return found;
    };
    const other = open();
    other.subscribe(() => undefined);
    await other.keep([second]); // tells the first tab, which reads slowly
    await favourites.remove(first.key);
    expect(seeds(favourites)).toEqual([2]);
    expect(records.size).toBe(1);
  });

  it('are all there again when they could not be read at first', async () => {
    const { open, shelf, records } = device();
    records.set(first.key, { png: first.png, added: first.added });
    const all = shelf.all;
    shelf.all = () => Promise.reject(new DOMException('', 'UnknownError'));
    const favourites = open();
    favourites.subscribe(() => undefined);
    await vi.waitFor(() => expect(favourites.problem).not.toBeNull());
    shelf.all = all;
    await favourites.keep([second]);
    expect(seeds(favourites)).toEqual([2, 1]);
    expect(favourites.problem).toBeNull();
  });

  it('are no more than a zip can bring back', async () => {
    const { open } = device();
    const favourites = open();
    favourites.subscribe(() => undefined);
    const many = Array.from({ length: 4096 }, (_, i) => ({ ...first, key: `${i}` }));
    await favourites.keep(many.slice(1));
    await expect(favourites.keep([first, second])).rejects.toMatchObject({ code: 'storage-full' });
    await favourites.keep([first]);
  });

  it('that are damaged are left out, and left where they are', async () => {
    const warned = vi.spyOn(log, 'warn').mockReturnValue(undefined);
    const damaged = [null, 7, { png: new Uint8Array(4), added: 1 }, { png: second.png }];
    const { open, records } = device(new Map(damaged.map((record, i) => [String(i), record])));
    records.set(first.key, { png: first.png, added: 1 });
    const favourites = open();
    favourites.subscribe(() => undefined);
    await vi.waitFor(() => expect(seeds(favourites)).toEqual([1]));
    expect(warned).toHaveBeenCalledTimes(damaged.length);
    expect(records.size).toBe(damaged.length + 1);
  });

  it('say what to do when there is no room, or no storage, and stay as they were', async () => {
    const { open, shelf } = device();
    const favourites = open();
    favourites.subscribe(() => undefined);
    await favourites.keep([first]);
    shelf.put = () => Promise.reject(new DOMException('', 'QuotaExceededError'));
    await expect(favourites.keep([second])).rejects.toMatchObject({
      code: 'storage-full',
      hint: expect.stringContaining('Remove some'),
    });
    shelf.put = () => Promise.reject(new DOMException('', 'UnknownError'));
    await expect(favourites.keep([second])).rejects.toMatchObject({ code: 'storage-failed' });
    expect(seeds(favourites)).toEqual([1]);
    shelf.all = () => Promise.reject(new DOMException('', 'InvalidStateError'));
    const blocked = open();
    blocked.subscribe(() => undefined);
    await vi.waitFor(() => expect(blocked.problem).toMatchObject({ code: 'storage-failed' }));
    expect(blocked.list).toEqual([]);
  });
});
