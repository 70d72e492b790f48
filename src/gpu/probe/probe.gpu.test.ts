import { describe, expect, it } from 'vitest';
import { guarded, sharedGpu } from '../../../test/support/gpu.ts';
import { probePeaks } from './probe.ts';

describe('probePeaks', () => {
  it('measures arithmetic, bandwidth and launches, and leaves nothing behind', async () => {
    const gpu = await sharedGpu();
    await guarded(gpu, async () => {
      const { f32, f16, bandwidth, launchMs } = await probePeaks(gpu);
      // No timing is asserted: these are what no device could fail, and a wrong unit would.
      expect(f32).toBeGreaterThan(1e7);
      expect(f32).toBeLessThan(1e15);
      expect(f16 === null).toBe(!gpu.device.features.has('shader-f16'));
      expect(bandwidth).toBeGreaterThan(1e6);
      expect(bandwidth).toBeLessThan(1e14);
      expect(launchMs).toBeGreaterThan(0);
    });
  });
});
