import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { withoutGpu } from './backend-choice.ts';
import { chooseDevice } from './choose-device.ts';
import type { Device } from './device.ts';
import type { Backend } from './types.ts';

function device(backend: Backend, isSoftware: boolean): Device {
  return {
    backend,
    name: backend,
    reason: 'none',
    isSoftware,
    lost: new Promise(() => undefined),
    open: () => Promise.reject(new Error('not in this test')),
    dispose: vi.fn(),
  };
}

/** Two devices whose forwards take as many ms as given; what chooses between them, and what it opened. */
function machine({ isSoftware = true, times = { webgpu: 1, wasm: 1 } as Record<Backend, number | Error> } = {}) {
  const devices = { webgpu: device('webgpu', isSoftware), wasm: device('wasm', false) };
  const openers = { webgpu: vi.fn(async () => devices.webgpu), wasm: vi.fn(async () => devices.wasm) };
  const time = vi.fn(async (measured: Pick<Device, 'open'>) => {
    const took = times[measured === devices.wasm ? 'wasm' : 'webgpu'];
    if (took instanceof Error) throw took;
    if (took === Number.POSITIVE_INFINITY) await new Promise(() => undefined);
    return took;
  });
  return { devices, openers, time, choose: () => chooseDevice(null, openers, time) };
}

describe('chooseDevice', () => {
  it('opens what was asked for, measures nothing and says so', async () => {
    const { openers, time } = machine();
    const choice = { backend: 'wasm', reason: 'Because.' } as const;
    await expect(chooseDevice(choice, openers, time)).resolves.toMatchObject(choice);
    expect(openers.webgpu).not.toHaveBeenCalled();
    expect(time).not.toHaveBeenCalled();
  });

  it('takes a real GPU without measuring, or fetching WebAssembly', async () => {
    const { openers, time, choose } = machine({ isSoftware: false });
    await expect(choose()).resolves.toMatchObject({ backend: 'webgpu', reason: 'Drawn by the GPU.' });
    expect(openers.wasm).not.toHaveBeenCalled();
    expect(time).not.toHaveBeenCalled();
  });

  it('takes the faster of a GPU in software and WebAssembly, says by how much, and frees the other', async () => {
    const slow = machine({ times: { webgpu: 150, wasm: 30 } });
    await expect(slow.choose()).resolves.toMatchObject({
      backend: 'wasm',
      reason: 'Drawn by the CPU: 5.0 times as fast as this machine’s software GPU.',
    });
    expect(slow.devices.webgpu.dispose).toHaveBeenCalled();
    expect(slow.devices.wasm.dispose).not.toHaveBeenCalled();
    const fast = machine({ times: { webgpu: 20, wasm: 30 } });
    await expect(fast.choose()).resolves.toMatchObject({
      backend: 'webgpu',
      reason: 'Drawn by a GPU in software: 1.5 times as fast as WebAssembly.',
    });
    expect(fast.devices.wasm.dispose).toHaveBeenCalled();
  });

  it('takes the other one when the first cannot be measured', async () => {
    const times = { webgpu: 150, wasm: new Error('no SIMD') };
    await expect(machine({ times }).choose()).resolves.toMatchObject({ backend: 'webgpu' });
  });

  it('throws what kept the GPU from being opened', async () => {
    const { openers, choose } = machine();
    openers.webgpu.mockRejectedValue(new Error('no adapter'));
    await expect(choose()).rejects.toThrow('no adapter');
  });

  describe('with a GPU that is slow to start', () => {
    beforeEach(() => void vi.useFakeTimers());
    afterEach(() => void vi.useRealTimers());

    it('does not wait for it', async () => {
      const choice = machine({ times: { webgpu: Number.POSITIVE_INFINITY, wasm: 30 } }).choose();
      await vi.advanceTimersByTimeAsync(6000);
      await expect(choice).resolves.toMatchObject({
        backend: 'wasm',
        reason: expect.stringContaining('could not be measured'),
      });
    });
  });
});

describe('withoutGpu', () => {
  it('says why for faults of the GPU, and has nothing to say about others', () => {
    expect(withoutGpu('insecure-context')).toMatchObject({ backend: 'wasm', reason: expect.stringContaining('https') });
    expect(withoutGpu('weights-mismatch')).toBeUndefined();
    expect(withoutGpu('worker-failed')).toBeUndefined();
  });
});
