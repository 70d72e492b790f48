import { describe, expect, it } from 'vitest';
import { gaussianNoise } from './noise.ts';
import { NoiseCache } from './noise-cache.ts';

describe('NoiseCache', () => {
  it('draws each stream of a seed once', () => {
    const cache = new NoiseCache(8);
    expect(cache.noise(5)).toEqual(gaussianNoise(5, 8));
    expect(cache.noise(5, 3)).toEqual(gaussianNoise(5, 8, 3));
    expect(cache.noise(5)).toBe(cache.noise(5));
    expect(cache.noise(5, 3)).toBe(cache.noise(5, 3));
  });

  it('keeps nothing of the seed before', () => {
    const cache = new NoiseCache(8);
    const first = cache.noise(5);
    expect(cache.noise(6)).toEqual(gaussianNoise(6, 8));
    expect(cache.noise(5)).not.toBe(first);
    expect(cache.noise(5)).toEqual(first);
  });
});
