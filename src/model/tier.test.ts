import { afterEach, describe, expect, it, vi } from 'vitest';
import { ElitError } from '../errors.ts';
import type { Gpu } from '../gpu/gpu.ts';
import { checkKernels } from '../kernels/check/check.ts';
import type { NetworkConfig } from './config.ts';
import { Safetensors } from './safetensors.ts';
import { chooseTier, offeredTiers } from './tier.ts';

vi.mock(import('../kernels/check/check.ts'));
const check = vi.mocked(checkKernels);

const config: NetworkConfig = {
  ...{ hidden: 64, heads: 2, depth: 3, grid: 8, patch: 1, inChannels: 4, numClasses: 10, timeScale: 1 },
  latentInterface: { headBlocks: 1, coreBlocks: 1, tailBlocks: 1, window: 4 },
};
const gpu = { device: { features: new Set(['shader-f16', 'subgroups', 'timestamp-query']) } } as unknown as Gpu;

/** A file of empty tensors. */
function weights(dtypes: Record<string, string>): Safetensors {
  const entries = Object.entries(dtypes).map(([name, dtype]) => [name, { dtype, shape: [0], data_offsets: [0, 0] }]);
  const header = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  const file = new Uint8Array(8 + header.length);
  new DataView(file.buffer).setUint32(0, header.length, true);
  file.set(header, 8);
  return Safetensors.parse(file);
}

const half = weights({ 'a.weight': 'F16', 'a.bias': 'F32', 'y_embedder.embedding_table.weight': 'BF16' });
const wrong = (message: string) => new ElitError('gpu-wrong-values', message, 'hint');

afterEach(() => void vi.resetAllMocks());

describe('the tiers of a device', () => {
  it.each([
    [
      ['shader-f16', 'subgroups'],
      ['f16-subgroups', 'f16', 'f32-subgroups', 'f32'],
    ],
    [['shader-f16'], ['f16', 'f32']],
    [['subgroups'], ['f32-subgroups', 'f32']],
    [[], ['f32']],
  ])('with the features %j are %j', (features, tiers) => {
    expect(offeredTiers(new Set(features))).toEqual(tiers);
  });
});

describe('the tier of a network', () => {
  it('is the highest that passes, and those before it are named with what was wrong', async () => {
    check.mockResolvedValueOnce(wrong('sum is off')).mockResolvedValueOnce(wrong('product is off'));
    check.mockResolvedValueOnce(wrong('quad is off')).mockResolvedValueOnce(null);
    expect(await chooseTier(gpu, config, half)).toEqual({
      tier: 'f32',
      stepDowns: [
        { tier: 'f16-subgroups', reason: 'sum is off' },
        { tier: 'f16', reason: 'product is off' },
        { tier: 'f32-subgroups', reason: 'quad is off' },
      ],
    });
    const shape = { width: 64, headWidth: 32, tokens: 64, fewest: 4, group: 16, weights: ['F16'] };
    expect(check.mock.calls).toEqual(
      ['f16-subgroups', 'f16', 'f32-subgroups', 'f32'].map((tier) => [gpu, tier, shape]),
    );
  });

  it('is none where even the lowest fails: its fault is the error', async () => {
    const fault = wrong('all is off');
    check.mockResolvedValue(fault);
    await expect(chooseTier(gpu, config, half)).rejects.toBe(fault);
  });

  it('is not stepped down for a device that goes away meanwhile', async () => {
    const gone = new ElitError('gpu-device-lost', 'gone', 'hint');
    check.mockRejectedValueOnce(gone);
    await expect(chooseTier(gpu, config, half)).rejects.toBe(gone);
    expect(check).toHaveBeenCalledOnce();
  });
});
