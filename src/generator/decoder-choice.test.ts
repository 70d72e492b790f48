import { describe, expect, it, vi } from 'vitest';
import { ElitError, type ErrorCode } from '../errors.ts';
import { chooseDecoder } from './decoder-choice.ts';
import type { ImageDecoder } from './decoding.ts';

const FILES = [new Uint8Array(3), { channels: 2, width: 2, height: 2 }, { width: 2, height: 2 }] as const;

const decoder = (red: number): ImageDecoder => ({
  decode: async () => ({ width: 1, height: 1, data: Uint8ClampedArray.of(red, 0, 0, 255) }),
  dispose: vi.fn(),
});
const failing = (code: ErrorCode) => async () => {
  throw new ElitError(code, `${code}, said the test.`, 'Do that.');
};

async function red(chosen: ImageDecoder): Promise<number | undefined> {
  return (await chosen.decode(new Float32Array(8))).data[0];
}

describe('chooseDecoder', () => {
  it('takes the device’s own, and leaves onnxruntime alone', async () => {
    const openRuntime = vi.fn(async () => decoder(2));
    const chosen = await chooseDecoder({ backend: 'webgpu', openDecoder: async () => decoder(1) }, openRuntime, FILES);
    expect(chosen.info).toEqual({ backend: 'webgpu', why: null });
    expect(await red(chosen)).toBe(1);
    expect(openRuntime).not.toHaveBeenCalled();
  });

  it('takes onnxruntime’s for a device that has none', async () => {
    const chosen = await chooseDecoder({ backend: 'wasm' }, async () => decoder(2), FILES);
    expect(chosen.info).toEqual({ backend: 'wasm', why: null });
    expect(await red(chosen)).toBe(2);
  });

  it.each(['decoder-failed', 'gpu-limits', 'gpu-shader', 'gpu-validation', 'gpu-out-of-memory'] as const)(
    'takes onnxruntime’s after %s, and says why',
    async (code) => {
      const device = { backend: 'webgpu', openDecoder: failing(code) } as const;
      const chosen = await chooseDecoder(device, async () => decoder(2), FILES);
      expect(chosen.info).toEqual({ backend: 'wasm', why: `${code}, said the test.` });
      expect(await red(chosen)).toBe(2);
    },
  );

  it('does not ask onnxruntime again where it is the device', async () => {
    const openRuntime = vi.fn();
    const device = { backend: 'wasm', openDecoder: failing('decoder-failed') } as const;
    await expect(chooseDecoder(device, openRuntime, FILES)).rejects.toMatchObject({ code: 'decoder-failed' });
    expect(openRuntime).not.toHaveBeenCalled();
  });

  it('passes on that the GPU was lost', async () => {
    const openRuntime = vi.fn(async () => decoder(2));
    const device = { backend: 'webgpu', openDecoder: failing('gpu-device-lost') } as const;
    await expect(chooseDecoder(device, openRuntime, FILES)).rejects.toMatchObject({ code: 'gpu-device-lost' });
    expect(openRuntime).not.toHaveBeenCalled();
  });

  it('passes on that onnxruntime cannot either', async () => {
    const device = { backend: 'webgpu', openDecoder: failing('decoder-failed') } as const;
    const choosing = chooseDecoder(device, failing('decoder-failed'), FILES);
    await expect(choosing).rejects.toMatchObject({ code: 'decoder-failed' });
  });
});
