import { afterEach, describe, expect, it, vi } from 'vitest';
import { Gpu } from './gpu.ts';

/** An adapter that offers some features and refuses every device, remembering what was asked. */
function refusingAdapter(features: string[] = []) {
  const requestDevice = vi.fn(async (_: GPUDeviceDescriptor) => {
    throw new TypeError('limits exceeded');
  });
  const limits = {
    maxBufferSize: 2 ** 31,
    maxStorageBufferBindingSize: 2 ** 30,
    maxComputeInvocationsPerWorkgroup: 1024,
  };
  const adapter = { features: new Set(features), limits, requestDevice };
  return { gpu: { requestAdapter: async () => adapter } as unknown as GPU, requestDevice };
}

describe('Gpu.open', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it('says that plain http has no WebGPU', async () => {
    vi.stubGlobal('isSecureContext', false);
    await expect(Gpu.open()).rejects.toMatchObject({ code: 'insecure-context', hint: expect.stringMatching(/https/) });
  });

  it('says that a browser has no WebGPU', async () => {
    vi.stubGlobal('isSecureContext', true);
    vi.stubGlobal('navigator', {});
    await expect(Gpu.open()).rejects.toMatchObject({ code: 'webgpu-missing', hint: expect.stringMatching(/Chrome/) });
    vi.stubGlobal('navigator', undefined);
    await expect(Gpu.open()).rejects.toMatchObject({ code: 'webgpu-missing' });
  });

  it('says that no adapter answers', async () => {
    const requestAdapter = vi.fn(async () => null);
    vi.stubGlobal('navigator', { gpu: { requestAdapter } });
    await expect(Gpu.open()).rejects.toMatchObject({
      code: 'webgpu-no-adapter',
      hint: expect.stringMatching(/driver/),
    });
    expect(requestAdapter).toHaveBeenCalledWith({ powerPreference: 'high-performance' });
  });

  it('passes on why the adapter refused a device', async () => {
    const { gpu } = refusingAdapter();
    const cause = expect.any(TypeError);
    const message = expect.stringMatching(/limits exceeded/);
    await expect(Gpu.open({ gpu })).rejects.toMatchObject({ code: 'gpu-limits', message, cause });
  });

  it('asks for the room the adapter has, and only for features it has', async () => {
    const { gpu, requestDevice } = refusingAdapter(['subgroups', 'texture-compression-bc']);
    await expect(Gpu.open({ gpu })).rejects.toMatchObject({ code: 'gpu-limits' });
    expect(requestDevice.mock.lastCall?.[0]).toMatchObject({
      requiredFeatures: ['subgroups'],
      requiredLimits: { maxBufferSize: 2 ** 31, maxStorageBufferBindingSize: 2 ** 30 },
    });
  });

  it('asks for nothing when a minimal device is wanted', async () => {
    const { gpu, requestDevice } = refusingAdapter(['subgroups', 'shader-f16', 'timestamp-query']);
    await expect(Gpu.open({ gpu, minimal: true })).rejects.toMatchObject({ code: 'gpu-limits' });
    expect(requestDevice.mock.lastCall?.[0]).toMatchObject({ requiredFeatures: [], requiredLimits: {} });
  });
});
