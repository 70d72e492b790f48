import { describe, expect, it } from 'vitest';
import { safetensorsFile, writeSafetensors } from '../../test/support/safetensors.ts';
import type { NetworkConfig } from './config.ts';
import { forwardLaunches, rooflineMs } from './launches.ts';
import { forwardLimits, rooflineOf } from './roofline.ts';
import { Safetensors } from './safetensors.ts';

const PEAKS = { f32: 1e9, f16: 3e9, bandwidth: 1e8, launchMs: 0.01 };

describe('rooflineOf', () => {
  it('holds a tier to the arithmetic it uses', () => {
    expect(rooflineOf(PEAKS, 'f32-subgroups')).toEqual({ flops: 1e9, bandwidth: 1e8, launchMs: 0.01 });
    expect(rooflineOf(PEAKS, 'f16')).toMatchObject({ flops: 3e9 });
  });

  it('expects no less of float16 than of float32', () => {
    expect(rooflineOf({ ...PEAKS, f16: 5e8 }, 'f16')).toMatchObject({ flops: 1e9 });
    expect(rooflineOf({ ...PEAKS, f16: null }, 'f16')).toMatchObject({ flops: 1e9 });
  });
});

describe('forwardLimits', () => {
  const config: NetworkConfig = {
    ...{ hidden: 8, heads: 1, depth: 3, grid: 4, patch: 1, inChannels: 3, numClasses: 10, timeScale: 1 },
    latentInterface: { headBlocks: 1, coreBlocks: 1, tailBlocks: 1, window: 2 },
  };
  const name = 'blocks.0.attn.qkv.weight';
  const singles = Safetensors.parse(writeSafetensors({ [name]: { shape: [1], values: [0] } }));
  const halves = Safetensors.parse(safetensorsFile({ [name]: { dtype: 'F16', shape: [1], data_offsets: [0, 2] } }, 2));

  it('is an estimate for every budget, which rises with it', () => {
    const device = rooflineOf(PEAKS, 'f32');
    const { forwardMs, ...rest } = forwardLimits(config, singles, device);
    expect(rest).toEqual({ device });
    expect(forwardMs).toHaveLength(4);
    expect(forwardMs[3]).toBeCloseTo(rooflineMs(forwardLaunches(config, 4, 4), device), 12);
    for (let i = 1; i < 4; i++) expect(forwardMs[i]).toBeGreaterThan(forwardMs[i - 1] ?? Number.NaN);
  });

  it('counts the weights as they are stored', () => {
    const slow = { flops: 1e15, bandwidth: 1e6, launchMs: 0 }; // traffic decides
    const [full, half] = [singles, halves].map((weights) => forwardLimits(config, weights, slow).forwardMs[0] ?? 0);
    expect(half).toBeCloseTo(rooflineMs(forwardLaunches(config, 1, 2), slow), 12);
    expect(half).toBeLessThan(full ?? 0);
  });
});
