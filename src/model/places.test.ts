import { describe, expect, it } from 'vitest';
import { groupedPlaces } from './places.ts';

describe('groupedPlaces', () => {
  it('goes through the windows in raster order, and in raster order inside each', () => {
    expect(groupedPlaces(4, 2)).toEqual([0, 1, 4, 5, 2, 3, 6, 7, 8, 9, 12, 13, 10, 11, 14, 15]);
  });

  it('is the raster itself for windows of one token, and for one window', () => {
    const raster = Array.from({ length: 9 }, (_, place) => place);
    expect(groupedPlaces(3, 1)).toEqual(raster);
    expect(groupedPlaces(3, 3)).toEqual(raster);
  });

  it.each([
    [12, 4],
    [6, 2],
    [6, 3],
  ])('puts token (r, c) of grid %d into its group and slot, window %d', (grid, window) => {
    const places = groupedPlaces(grid, window);
    expect(places).toHaveLength(grid * grid);
    for (let place = 0; place < grid * grid; place++) {
      const [r, c] = [Math.floor(place / grid), place % grid];
      const inGroup = Math.floor(r / window) * (grid / window) + Math.floor(c / window);
      const slot = (r % window) * window + (c % window);
      expect(places[inGroup * window * window + slot]).toBe(place);
    }
  });
});
