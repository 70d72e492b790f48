import { expect, it } from 'vitest';
import { guarded, sharedGpu } from '../../test/support/gpu.ts';
import { timeForward } from './forward-time.ts';
import { openGpuDevice } from './gpu-device.ts';
import { openWasmDevice } from './wasm-device.ts';

it('times the same small forward on both backends, and leaves nothing behind on the GPU', async () => {
  const gpu = await sharedGpu();
  await guarded(gpu, async () => {
    for (const device of [await openGpuDevice(async () => gpu), await openWasmDevice()]) {
      const ms = await timeForward(device);
      expect(ms).toBeGreaterThan(0);
      expect(ms).toBeLessThan(Number.POSITIVE_INFINITY);
    }
  });
});
