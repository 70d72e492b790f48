import { describe, expect, it } from 'vitest';
import * as layout from './layout.ts';
import { matrix, rowOf } from './ops.ts';

const counted = (length: number) => Array.from({ length }, (_, i) => i);

describe('layout', () => {
  // One image of 2 channels, 4 × 4 pixels, patches of 2 × 2: channel 0 counts 0 .. 15, channel 1 counts 16 .. 31.
  it('patchify lists the pixels of token (0, 1) channel by channel', () => {
    const tokens = layout.patchify(counted(32), 2, 2, 2);
    expect([tokens.rows, tokens.cols]).toEqual([4, 8]);
    expect([...rowOf(tokens, 1)]).toEqual([2, 3, 6, 7, 18, 19, 22, 23]);
  });

  it('unpatchify takes the channels pixel by pixel', () => {
    const tokens = [
      [0, 16, 1, 17, 4, 20, 5, 21],
      [2, 18, 3, 19, 6, 22, 7, 23],
      [8, 24, 9, 25, 12, 28, 13, 29],
      [10, 26, 11, 27, 14, 30, 15, 31],
    ];
    expect([...layout.unpatchify(matrix(tokens.flat(), 8), 2, 2, 2)]).toEqual(counted(32));
  });

  it('token (r, c) is in group (r÷w)·(g/w) + c÷w at slot (r mod w)·w + c mod w', () => {
    const [grid, window] = [6, 2];
    layout.groupedPlaces(grid, window).forEach((place, row) => {
      const [r, c] = [Math.floor(place / grid), place % grid];
      const inGroup = Math.floor(r / window) * (grid / window) + Math.floor(c / window);
      expect(row).toBe(inGroup * window * window + (r % window) * window + (c % window));
    });
  });

  it('ungroup undoes group, in every image of a batch', () => {
    const tokens = matrix(counted(2 * 36 * 3), 3);
    expect(layout.ungroup(layout.group(tokens, 6, 3), 6, 3)).toEqual(tokens);
    expect(layout.group(tokens, 6, 3)).not.toEqual(tokens);
  });

  it('drops the tail of every group and refills it with what was there', () => {
    const full = matrix(counted(8), 1); // two groups of four
    const kept = layout.dropTail(full, 4, 1);
    expect([...kept.data]).toEqual([0, 4]);
    const changed = { ...kept, data: kept.data.map((value) => value + 100) };
    expect([...layout.refill(changed, full, 4, 1).data]).toEqual([100, 1, 2, 3, 104, 5, 6, 7]);
    expect([...layout.refill(full, matrix(8, 1), 4, 4).data]).toEqual([...full.data]);
  });

  it('lists kept latents by their place on the raster', () => {
    // Grid 4, window 2, three kept: windows' slots 0, 1 in one raster row, slot 2 in the next.
    const kept = matrix(counted(12), 1);
    expect([...layout.keptInRasterOrder(kept, 4, 2, 3).data]).toEqual([0, 1, 3, 4, 2, 5, 6, 7, 9, 10, 8, 11]);
  });
});
