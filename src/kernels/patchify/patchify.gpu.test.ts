import { describe, expect, it } from 'vitest';
import * as layout from '../../../test/reference/layout.ts';
import { rowOf } from '../../../test/reference/ops.ts';
import { type Bench, onGpu } from '../../../test/support/gpu.ts';
import { normals } from '../../../test/support/numbers.ts';
import { patchify } from './patchify.ts';

interface Case {
  readonly images: number;
  /** Different images among them; they repeat. */
  readonly states: number;
  readonly channels: number;
  readonly patch: number;
  readonly grid: number;
}

/** Values are copied, so they are to be the very same. */
async function expectPatches(bench: Bench, { images, states, channels, patch, grid }: Case): Promise<void> {
  const image = normals(61, states, channels * (patch * grid) ** 2);
  const columns = Math.ceil((channels * patch * patch) / 4) * 4;
  const count = images * grid * grid * columns;
  const patches = bench.room(count);
  const sizes = { images, states, channels, patch, grid, columns };
  await bench.run([patchify({ label: 'patchify', part: 'test', image: bench.floats(image.data), patches, ...sizes })]);
  const rows = layout.patchify(image.data, channels, grid, patch);
  const expected = new Float32Array(count);
  for (let row = 0; row < images * grid * grid; row++) expected.set(rowOf(rows, row % rows.rows), row * columns);
  const actual = await bench.result(patches, count);
  expect(actual.findIndex((value, i) => value !== expected[i])).toBe(-1);
}

describe('patchify', () => {
  it.each<Case>([
    { images: 1, states: 1, channels: 4, patch: 2, grid: 3 },
    { images: 2, states: 1, channels: 4, patch: 1, grid: 5 },
    { images: 2, states: 2, channels: 3, patch: 1, grid: 4 },
    { images: 3, states: 3, channels: 1, patch: 3, grid: 2 },
    { images: 4, states: 2, channels: 5, patch: 3, grid: 3 },
  ])('$images images of $states states, $channels channels, patch $patch, grid $grid', (sizes) =>
    onGpu((bench) => expectPatches(bench, sizes)),
  );

  it('more values than one row of workgroups has invocations', () =>
    onGpu((bench) => expectPatches(bench, { images: 65, states: 1, channels: 4, patch: 2, grid: 64 })));
});
