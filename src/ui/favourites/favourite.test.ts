import { describe, expect, it } from 'vitest';
import { favouritePng } from '../../../test/support/favourite-png.ts';
import { readPictureSettings } from '../../generator/picture-settings.ts';
import type { Settings } from '../../generator/types.ts';
import { chunkBytes } from '../../png/chunks.ts';
import { favouriteKey, favouriteOf, sorted } from './favourite.ts';

const OTHERS: Partial<Settings>[] = [
  { subject: 'cat' },
  { prompt: 'a cat' },
  { style: 'noto' },
  { seed: 98 },
  { variation: { seed: 3, amount: 0.5 } },
  { variation: { seed: 3, amount: 0.6 } },
  { steps: 4 },
  { budget: 4 },
  { guidance: { kind: 'cfg', scale: 2, budget: 1, interval: [0, 1] } },
  { guidance: { kind: 'ccfg', scale: 1.5, budget: 1, interval: [0, 1] } },
  { guidance: { kind: 'cfg', scale: 1.5, budget: 1, interval: [0, 0.5] } },
  { solver: 'heun' },
  { strength: 0.5, picture: 'a' },
  { strength: 0.5, picture: 'b' },
];

describe('a favourite', () => {
  it('is told from others by every setting and the model, in whatever order they are written', () => {
    const picture = readPictureSettings(favouritePng());
    const keys = OTHERS.map((other) => favouriteOf(favouritePng(other), 0).key);
    expect(new Set([favouriteOf(favouritePng(), 0).key, ...keys]).size).toBe(OTHERS.length + 1);
    expect(favouriteKey({ ...picture, hash: 'other' })).not.toBe(favouriteKey(picture));
    const settings = Object.fromEntries(Object.entries(picture.settings).reverse()) as unknown as Settings;
    expect(favouriteKey({ ...picture, settings })).toBe(favouriteKey(picture));
  });

  it('has a seed, settings, and a size that can be shown', () => {
    expect(() => favouriteOf(favouritePng({ seed: null }), 0)).toThrow('noise of its own');
    expect(() => favouriteOf(new Uint8Array(9), 0)).toThrow('no PNG');
    const large = favouritePng();
    new DataView(large.buffer).setUint32(16, 5000);
    expect(() => favouriteOf(large, 0)).toThrow('damaged');
    large.set(chunkBytes('IHDR', large.slice(16, 29)), 8);
    expect(() => favouriteOf(large, 0)).toThrow('5000 × 1 pixels');
  });

  it('is there once, and the newest is first', () => {
    const [a, b] = [favouriteOf(favouritePng({ seed: 1 }), 1), favouriteOf(favouritePng({ seed: 2 }), 2)];
    expect(sorted([a, b, a])).toEqual([b, a]);
  });
});
