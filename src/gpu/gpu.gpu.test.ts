import { describe, expect, it } from 'vitest';
import { aliveBuffers, gpuErrors, onGpu, sharedGpu } from '../../test/support/gpu.ts';
import { scarceMemory } from '../../test/support/scarce-memory.ts';
import { nodeGpu } from '../cli/node-gpu.ts';
import { ElitError } from '../errors.ts';
import { Gpu } from './gpu.ts';

const open = (minimal = false) => Gpu.open({ gpu: nodeGpu(), minimal });

/** What a promise has come to by now. */
async function settled<T>(promise: Promise<T>): Promise<T | 'pending'> {
  await new Promise((resolve) => setTimeout(resolve, 50));
  return Promise.race([promise, Promise.resolve('pending' as const)]);
}

describe('a device', () => {
  it('is named', async () => {
    const gpu = await sharedGpu();
    expect(gpu.adapterName).not.toBe('');
  });

  it('has WebGPU’s default limits and no features when it is minimal', async () => {
    const gpu = await open(true);
    expect([...gpu.device.features].filter((name) => name !== 'core-features-and-limits')).toEqual([]);
    expect(gpu.device.limits).toMatchObject({
      maxStorageBuffersPerShaderStage: 8,
      maxComputeWorkgroupStorageSize: 16_384,
      maxComputeInvocationsPerWorkgroup: 256,
      maxStorageBufferBindingSize: 128 * 2 ** 20,
      maxBufferSize: 256 * 2 ** 20,
    });
    gpu.dispose();
  });
});

describe('a device that is not minimal', () => {
  it('has larger limits for buffers alone: what kernels ask for fits in the defaults', async () => {
    const [full, minimal] = [await sharedGpu(), await open(true)];
    const limits = ({ device }: Gpu) => {
      const all = Object.keys(Object.getOwnPropertyDescriptors(Object.getPrototypeOf(device.limits)));
      const {
        maxBufferSize: _,
        maxStorageBufferBindingSize: __,
        ...others
      } = Object.fromEntries(all.map((name) => [name, device.limits[name as keyof GPUSupportedLimits]]));
      return others;
    };
    expect(Object.keys(limits(minimal)).length).toBeGreaterThan(20);
    expect(limits(full)).toEqual(limits(minimal));
    minimal.dispose();
  });
});

describe('buffers', () => {
  it.each([1, 2, 3, 4, 5, 15, 16, 17])('%d bytes come back as they went', (count) =>
    onGpu(async ({ gpu }) => {
      const bytes = Uint8Array.from({ length: count }, (_, i) => 255 - i);
      const view = new Uint8Array([9, ...bytes, 9]).subarray(1, count + 1); // not aligned
      const buffer = gpu.upload('bytes', view);
      const size = Math.ceil(count / 4) * 4;
      const back = new Uint8Array((await gpu.read(buffer, size)).buffer);
      expect([...back]).toEqual([...bytes, ...new Array(size - count).fill(0)]);
      gpu.destroyBuffer(buffer);
    }),
  );

  it('are counted with the bytes they take', () =>
    onGpu(async ({ gpu }) => {
      const before = gpu.ledger.count('buffer');
      const buffer = gpu.createStorage('seventeen', 17);
      expect(gpu.ledger.count('buffer')).toEqual({ objects: before.objects + 1, bytes: before.bytes + 32 });
      expect(aliveBuffers(gpu)).toContain('seventeen');
      gpu.destroyBuffer(buffer);
      expect(gpu.ledger.count('buffer')).toEqual(before);
    }));

  it('that are too large are refused by name, and nothing is asked of the device', () =>
    onGpu(async ({ gpu }) => {
      const { maxStorageBufferBindingSize: limit } = gpu.device.limits;
      expect(() => gpu.createStorage('the label table', limit + 16)).toThrow(ElitError);
      expect(() => gpu.createStorage('the label table', limit + 16)).toThrow(/“the label table” needs \d+ bytes/);
    }));

  it('of a set that cannot be made whole are all destroyed', () =>
    onGpu(async ({ gpu }) => {
      const alive = aliveBuffers(gpu);
      const making = gpu.allocate(() => [
        gpu.createStorage('first', 16),
        gpu.createStorage('second', Number.MAX_SAFE_INTEGER),
      ]);
      await expect(making).rejects.toMatchObject({ code: 'gpu-limits' });
      expect(aliveBuffers(gpu)).toEqual(alive);
      const whole = await gpu.allocate(() => gpu.createStorage('third', 16));
      expect(aliveBuffers(gpu)).toEqual([...alive, 'third']);
      gpu.destroyBuffer(whole);
    }));

  it('are read again and again without a new one', () =>
    onGpu(async ({ gpu }) => {
      const buffer = gpu.upload('values', Float32Array.of(1, 2, 3, 4));
      await gpu.read(buffer, 16);
      const before = gpu.ledger.count();
      expect([...(await gpu.read(buffer, 8))]).toEqual([1, 2]);
      expect(gpu.ledger.count()).toEqual(before);
      const together = await Promise.all([gpu.read(buffer, 16), gpu.read(buffer, 4)]);
      expect(together.map((values) => [...values])).toEqual([[1, 2, 3, 4], [1]]);
      gpu.destroyBuffer(buffer);
    }));
});

describe('buffers that the device has no room for', () => {
  it.each([
    ['out-of-memory', 'gpu-out-of-memory'],
    ['validation', 'gpu-validation'],
  ] as const)('are refused as %s, with all of their set, and the device goes on', (filter, code) =>
    onGpu(async ({ gpu }) => {
      const alive = aliveBuffers(gpu);
      const memory = scarceMemory((label) => label === 'second', filter);
      const making = gpu.allocate(() => [gpu.createStorage('first', 16), gpu.upload('second', Float32Array.of(1))]);
      await expect(making).rejects.toMatchObject({ code });
      memory.end();
      expect(aliveBuffers(gpu)).toEqual(alive);
      expect(await settled(gpu.lost)).toBe('pending');
    }),
  );
});

describe('the end of a device', () => {
  it('is told when the device is lost, and a read that waits is refused', async () => {
    const gpu = await open();
    const buffer = gpu.createStorage('values', 16);
    expect(await settled(gpu.lost)).toBe('pending');
    gpu.device.destroy();
    await expect(gpu.lost).resolves.toMatchObject({ code: 'gpu-device-lost', hint: expect.stringMatching(/again/) });
    await expect(gpu.read(buffer, 16)).rejects.toMatchObject({ code: 'gpu-device-lost' });
  });

  it('is told when the device refuses work that nobody watches', async () => {
    const gpu = await open();
    gpu.device.createBuffer({ size: 4, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.STORAGE });
    await expect(gpu.lost).resolves.toMatchObject({ code: 'gpu-validation', message: expect.stringMatching(/usage/i) });
    gpu.dispose();
  });

  it('is not told when it is our own doing; nothing stays in the ledger', async () => {
    const gpu = await open();
    gpu.createStorage('values', 16);
    gpu.dispose();
    expect(gpu.ledger.count()).toEqual({ objects: 0, bytes: 0 });
    expect(await settled(gpu.lost)).toBe('pending');
  });

  it('does not come from work inside an error scope', async () => {
    const gpu = await open();
    const usage = GPUBufferUsage.MAP_READ | GPUBufferUsage.STORAGE;
    expect(await gpuErrors(gpu, async () => gpu.device.createBuffer({ size: 4, usage }))).toHaveLength(1);
    expect(await settled(gpu.lost)).toBe('pending');
    gpu.dispose();
  });
});
