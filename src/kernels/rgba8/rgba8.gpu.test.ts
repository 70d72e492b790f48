import { describe, expect, it } from 'vitest';
import * as ops from '../../../test/reference/image-ops.ts';
import { normalPlanes, uploadMap } from '../../../test/support/feature-maps.ts';
import { type Bench, onGpu } from '../../../test/support/gpu.ts';
import { rgba8 } from './rgba8.ts';

const SCALE = [0.5, 0.25, 1, 0.5];
const SHIFT = [0.5, 0.5, 0.25, 0.5];

async function convert(bench: Bench, x: ops.Planes, block: number): Promise<Uint8ClampedArray> {
  const count = x.height * x.width * block ** 2;
  const output = bench.room(count);
  const ending = { block, scale: SCALE, shift: SHIFT, low: 0, high: 1 };
  await bench.run([rgba8({ label: 'rgba8', part: 'test', input: uploadMap(bench, x), output, ...ending })]);
  const words = await bench.result(output, count);
  return new Uint8ClampedArray(words.buffer, words.byteOffset, words.byteLength);
}

describe('RGBA8', () => {
  it.each([
    { height: 12, width: 20, block: 1 },
    { height: 5, width: 7, block: 2 },
    { height: 1, width: 3, block: 3 },
  ])('$height × $width, shuffled by $block', ({ height, width, block }) =>
    onGpu(async (bench) => {
      const x = normalPlanes(1, { channels: 4 * block ** 2, height, width });
      const expected = ops.straightBytes(ops.affine(ops.pixelShuffle(x, block), SCALE, SHIFT));
      const got = await convert(bench, x, block);
      // A driver's division may be off in the last bits, which shows only where a byte was about to round.
      expect(got.filter((byte, i) => Math.abs(byte - expected[i]!) > 1)).toHaveLength(0);
      expect(got.filter((byte, i) => byte !== expected[i]).length).toBeLessThanOrEqual(got.length / 100);
    }),
  );

  it('makes what is clear all zero, clamps, and divides colour by alpha', () =>
    onGpu(async (bench) => {
      // After scale and shift: clear; half-clear red; more than opaque white; an alpha that rounds to 0.
      const red = [0, -0.5, 3, 1];
      const green = [0, -2, 3, 1];
      const blue = [0, -0.25, 3, 1];
      const alpha = [-1, 0, 3, -0.9963];
      const got = await convert(bench, ops.planes(4, 1, 4, [...red, ...green, ...blue, ...alpha]), 1);
      expect([...got]).toEqual([0, 0, 0, 0, 128, 0, 0, 128, 255, 255, 255, 255, 0, 0, 0, 0]);
    }));
});
