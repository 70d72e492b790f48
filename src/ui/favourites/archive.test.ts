import { strToU8, unzipSync, type Zippable, zipSync } from 'fflate';
import { describe, expect, it, vi } from 'vitest';
import { favouritePng } from '../../../test/support/favourite-png.ts';
import { archiveOf, picturesIn, unpack } from './archive.ts';
import { favouriteOf } from './favourite.ts';
import { LIMITS } from './limits.ts';
import { takeArchive } from './take-archive.ts';

const made = [3, 1, 2].map((seed, i) => favouriteOf(favouritePng({ seed, steps: i + 1 }), 1e12 - i));
const signal = new AbortController().signal;
const take = (zip: Uint8Array, shown = true) =>
  takeArchive(zip, { signal, onProgress: () => undefined, isShown: () => Promise.resolve(shown) });

const PACKED = 20;
const UNPACKED = 24;

/** The zip with another size for every file in its directory: once it is unpacked, or as it lies there. */
function claiming(zip: Uint8Array<ArrayBuffer>, bytes: number, field = UNPACKED): Uint8Array<ArrayBuffer> {
  const view = new DataView(zip.buffer);
  for (let at = 0; at + 46 < zip.length; at++) {
    if (view.getUint32(at, true) === 0x02014b50) view.setUint32(at + field, bytes, true);
  }
  return zip;
}

describe('an archive of favourites', () => {
  it('has them all, under names of their own, and gives them back in their order', async () => {
    const same = favouriteOf(favouritePng({ seed: 3, steps: 9 }), 5);
    const zip = archiveOf([...made, same]);
    const names = Object.keys(unzipSync(zip));
    expect(names).toContain('pizza-twemoji-3-budget-5.png');
    expect(names).toContain('pizza-twemoji-3-budget-5-2.png');
    const { favourites, refused } = await take(zip);
    expect(favourites.map(({ png }) => png)).toEqual([...made, same].map(({ png }) => png));
    expect(favourites.map(({ key }) => key)).toEqual([...made, same].map(({ key }) => key));
    expect(favourites.every(({ added }, i) => i === 0 || added < favourites[i - 1]!.added)).toBe(true);
    expect(refused).toBe(0);
  });

  it('may be packed again, hold other files, and pictures that are none of ours', async () => {
    const files: Zippable = {
      'mine/a.PNG': [made[0]!.png, { level: 9 }],
      'mine/b.png': strToU8('no picture'),
      'notes.txt': strToU8('hello'),
      '__MACOSX/mine/._a.png': strToU8('a copy'),
    };
    const { favourites, refused } = await take(zipSync(files));
    expect(favourites.map(({ key }) => key)).toEqual([made[0]!.key]);
    expect(refused).toBe(1);
  });

  it('is refused in words when it is none, damaged, or has nothing of ours', async () => {
    const zip = archiveOf(made);
    for (const file of [new Uint8Array(), favouritePng(), zip.slice(0, -30), zip.slice(40)]) {
      await expect(take(file)).rejects.toMatchObject({ code: 'archive-invalid' });
    }
    await expect(take(zipSync({ 'a.txt': strToU8('a') }))).rejects.toThrow('no picture of this page');
    await expect(take(zip, false)).rejects.toThrow('no picture of this page');
  });

  it('is refused before it is unpacked when it is too much', () => {
    const bomb = claiming(zipSync({ 'a.png': strToU8('') }), LIMITS.fileBytes + 1);
    expect(() => picturesIn(bomb)).toThrow(`A picture in the zip has ${LIMITS.fileBytes + 1} bytes.`);
    const many = zipSync(Object.fromEntries(Array.from({ length: LIMITS.files + 1 }, (_, i) => [`${i}`, strToU8('')])));
    expect(() => picturesIn(many)).toThrow('more than 4096 files');
    const wide = zipSync(Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`${i}.png`, strToU8('')])));
    expect(() => picturesIn(claiming(wide, LIMITS.fileBytes))).toThrow('have more than 268435456 bytes');
  });

  it('cannot have more unpacked than it says', () => {
    const stored = zipSync({ 'a.png': new Uint8Array(10) }, { level: 0 });
    expect(() => picturesIn(claiming(stored, LIMITS.fileBytes + 1, PACKED))).toThrow('A picture in the zip has');
    const zip = claiming(zipSync({ 'a.png': [new Uint8Array(100_000), { level: 9 }] }), 10);
    expect(unpack(zip, new Set(picturesIn(zip))).get('a.png')?.buffer.byteLength).toBe(10);
  });

  it('tells how far it is, and stops when it is no longer wanted', async () => {
    const many = archiveOf(Array.from({ length: 70 }, (_, seed) => favouriteOf(favouritePng({ seed }), seed)));
    const stop = new AbortController();
    const onProgress = vi.fn((done: number) => {
      if (done === 64) stop.abort();
    });
    const isShown = () => Promise.resolve(true);
    await expect(takeArchive(many, { signal: stop.signal, onProgress, isShown })).rejects.toThrow('abort');
    expect(onProgress.mock.calls).toEqual([
      [0, 70],
      [32, 70],
      [64, 70],
    ]);
  });
});
