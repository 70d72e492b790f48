import { describe, it } from 'vitest';
import * as layout from '../../../test/reference/layout.ts';
import * as ops from '../../../test/reference/ops.ts';
import { expectClose } from '../../../test/support/compare.ts';
import { onGpu } from '../../../test/support/gpu.ts';
import { normals } from '../../../test/support/numbers.ts';
import { group } from './group.ts';

/** Two float32 additions. */
const BOUNDS = { max: 2e-7, l2: 1e-7 };

describe('group', () => {
  it.each([
    { images: 1, grid: 2, window: 1, width: 4 },
    { images: 2, grid: 4, window: 2, width: 8 },
    { images: 1, grid: 6, window: 3, width: 20 },
    { images: 3, grid: 6, window: 2, width: 12 },
    { images: 2, grid: 4, window: 4, width: 36 },
  ])('$images images, grid $grid, window $window, width $width', ({ images, grid, window, width }) =>
    onGpu(async (bench) => {
      const tokens = normals(51, images * grid * grid, width);
      const [read, write] = [normals(52, window * window, width), normals(53, window * window, width)];
      const [readPatches, writePatches] = [bench.room(tokens.data.length), bench.room(tokens.data.length)];
      const dispatch = group({
        label: 'group',
        part: 'test',
        tokens: bench.floats(tokens.data),
        readPosEmbed: bench.floats(read.data),
        writePosEmbed: bench.floats(write.data),
        readPatches,
        writePatches,
        images,
        grid,
        window,
        width,
      });
      await bench.run([dispatch]);
      const forRead = ops.add(layout.group(tokens, grid, window), read);
      for (const [what, room, expected] of [
        ['for Read', readPatches, forRead],
        ['for Write', writePatches, ops.add(forRead, write)],
      ] as const) {
        const actual = await bench.result(room, tokens.data.length);
        expectClose(actual, expected.data, what, { shape: [tokens.rows, width], bounds: BOUNDS });
      }
    }),
  );
});
