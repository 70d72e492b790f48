import { describe, expect, it } from 'vitest';
import type { AttentionMaps } from '../../generator/attention.ts';
import type { Settings } from '../../generator/types.ts';
import { groupedPlaces } from '../../model/places.ts';
import { coloured, colourOf, LEGEND } from './colours.ts';
import { highestShare, moved, readShares, requestFor, stepsToShow, writeShares } from './maps.ts';

const [grid, window, n, steps] = [6, 3, 9, 2];
const settings: Settings = {
  ...{ subject: 'cat', style: 'any', seed: 7, steps: 2, budget: 4, solver: 'euler' },
  guidance: { kind: 'none', scale: 1, budget: 1, interval: [0, 1] },
};

/** Maps whose every number says where it belongs. */
function numbered(part: 'read' | 'write'): AttentionMaps {
  const values = Float32Array.from({ length: steps * grid ** 2 * n }, (_, i) => i);
  const none = new Float32Array(values.length);
  return { settings, steps: [1, 2], grid, window, read: none, write: none, [part]: values };
}

describe('the maps of attention', () => {
  const rasterOf = groupedPlaces(grid, window); // the engine's own order

  it('put what Read takes from each place where the place is', () => {
    const shares = readShares(numbered('read'), 1, 4);
    rasterOf.forEach((place, row) => {
      const [group, slot] = [Math.floor(row / n), row % n];
      expect(shares[place]).toBe(grid ** 2 * n + group * n * n + 4 * n + slot);
    });
  });

  it('of several latents are their mean', () => {
    const maps = numbered('read');
    const [first, second, both] = [readShares(maps, 0, 0), readShares(maps, 0, 1), readShares(maps, 0, 0, 2)];
    both.forEach((value, i) => expect(value).toBe((first[i]! + second[i]!) / 2));
    expect(highestShare(maps, 0, 2)).toBe(Math.max(...readShares(maps, 1, 0, 2)));
  });

  it('have what Write puts into a place, latent by latent', () => {
    rasterOf.forEach((place, row) => {
      const at = { row: Math.floor(place / grid), column: place % grid };
      const shares = writeShares(numbered('write'), 1, at);
      expect([...shares]).toEqual(Array.from({ length: n }, (_, latent) => (grid ** 2 + row) * n + latent));
    });
  });
});

it.each([
  [1, [1]],
  [3, [1, 2, 3]],
])('of %d steps all are shown', (count, shown) => expect(stepsToShow(count)).toEqual(shown));

it('of many steps some are shown, in order, from the first to the last', () => {
  const shown = stepsToShow(1000);
  expect([shown.length, shown[0], shown.at(-1)]).toEqual([24, 1, 1000]);
  expect(new Set(shown).size).toBe(24);
  expect(shown).toEqual(shown.toSorted((a, b) => a - b));
});

it('asks for the picture as it was drawn, from its noise where it has no seed', () => {
  expect(requestFor(settings, null)).toMatchObject({ subject: 'cat', seed: 7, budget: 4, at: [1, 2] });
  const noise = Float32Array.of(1);
  const request = requestFor({ ...settings, seed: null }, noise);
  expect(request.noise).toBe(noise);
  expect(request).not.toHaveProperty('seed');
});

it('moves a place by the arrow keys, and not out of the picture', () => {
  const corner = { row: 0, column: 5 };
  expect(moved(corner, 'ArrowUp', 6)).toEqual(corner);
  expect(moved(corner, 'ArrowRight', 6)).toEqual(corner);
  expect(moved(corner, 'ArrowDown', 6)).toEqual({ row: 1, column: 5 });
  expect(moved(corner, 'ArrowLeft', 6)).toEqual({ row: 0, column: 4 });
  expect(moved(corner, 'Home', 6)).toEqual({ row: 0, column: 0 });
  expect(moved(corner, 'a', 6)).toBeNull();
});

describe('the colours', () => {
  it('get lighter all the way', () => {
    const luminance = Array.from({ length: 101 }, (_, i) => {
      const [r, g, b] = colourOf(i / 100).map((channel) => (channel / 255) ** 2.2) as [number, number, number];
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    });
    luminance.slice(1).forEach((value, i) => expect(value).toBeGreaterThan(luminance[i]!));
  });

  it('end where the legend ends', () => {
    const data = coloured(Float32Array.of(0, 0.5, 7), 0.5);
    const at = (i: number) => `rgb(${[...data.subarray(4 * i, 4 * i + 3)].join(' ')})`;
    expect([at(0), at(1), at(2)]).toEqual([LEGEND[0], LEGEND.at(-1), LEGEND.at(-1)]);
  });
});
