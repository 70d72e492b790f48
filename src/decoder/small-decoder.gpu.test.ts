import { describe, expect, it } from 'vitest';
import { straightBytes } from '../../test/reference/image-ops.ts';
import { normalPlanes } from '../../test/support/feature-maps.ts';
import { guarded, sharedGpu } from '../../test/support/gpu.ts';
import { SMALL_IMAGE, SMALL_LATENTS, smallDecoder } from '../../test/support/small-decoder.ts';
import { GpuDecoder } from './decoder.ts';

describe('a decoder of awkward sizes', () => {
  it('makes the oracle’s picture', async () => {
    const gpu = await sharedGpu();
    const latents = normalPlanes(11, SMALL_LATENTS);
    const { file, image } = smallDecoder(latents);
    await guarded(gpu, async () => {
      const decoder = await GpuDecoder.load(gpu, file, SMALL_LATENTS, SMALL_IMAGE);
      const { data } = await decoder.decode(Float32Array.from(latents.data));
      const expected = straightBytes(image);
      expect(data).toHaveLength(expected.length);
      const off = data.filter((value, i) => Math.abs(value - expected[i]!) > 1);
      expect(off).toHaveLength(0);
      expect(data.filter((value, i) => value !== expected[i]).length).toBeLessThan(data.length / 100);
      expect(new Set(expected).size).toBeGreaterThan(200); // it is a picture of something

      const state = gpu.upload('state', Float32Array.from(latents.data));
      expect((await decoder.decode(state)).data).toEqual(data);
      gpu.destroyBuffer(state);
      decoder.dispose();
    });
  });
});
