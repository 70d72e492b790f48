import { expect, it, vi } from 'vitest';
import { guarded, sharedGpu } from '../../test/support/gpu.ts';
import { readRecorded } from '../../test/support/recorded.ts';
import type { Gpu } from '../gpu/gpu.ts';
import { NO_STAGE, StageTable } from '../gpu/program.ts';
import { defaultVariants } from '../kernels/variants.ts';
import { Network } from '../model/network.ts';
import { offeredTiers } from '../model/tier.ts';
import { NetworkTuning } from './network-tuning.ts';
import type { TuningCache } from './tuning-cache.ts';

const CORE = { firstImage: 0, images: 1, kept: 4 };
const STEPS = 24;

/** One forward of what is in the network's input. */
async function velocity(gpu: Gpu, network: Network): Promise<Float32Array> {
  const { program, output } = await network.velocity([CORE]);
  const table = new StageTable(gpu, [NO_STAGE]);
  const encoder = gpu.device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  table.select(pass, 0);
  program.encode(pass);
  pass.end();
  gpu.device.queue.submit([encoder.finish()]);
  table.dispose();
  return gpu.read(output, output.size);
}

it('a tuned network computes the same, from the kernels it says and keeps', async () => {
  const gpu = await sharedGpu();
  const { config, weights } = await readRecorded('elit-sit-a');
  await guarded(gpu, async () => {
    const [tier = 'f32'] = offeredTiers(gpu.device.features);
    const network = await Network.load(gpu, config, weights, defaultVariants(tier, gpu));
    await network.condition([0.5], [network.label(3)]);
    const { patches } = await network.velocity([CORE]);
    const input = Float32Array.from({ length: patches.size / 4 }, (_, i) => Math.sin(i));
    gpu.device.queue.writeBuffer(patches, 0, input);
    const before = await velocity(gpu, network);

    const cache: TuningCache = { load: vi.fn(), save: vi.fn(() => Promise.resolve()) };
    const tuning = new NetworkTuning(gpu, network, cache);
    const onKernels = vi.fn();
    tuning.onKernels = onKernels;
    const { signal } = new AbortController();
    for (let i = 0; i < STEPS; i++) expect(await tuning.step((work) => work(), signal)).toBe(true);
    expect(onKernels).not.toHaveBeenCalled();
    await tuning.adopt();

    const dispatches = await network.recorded();
    expect(Object.keys(tuning.kernels).length).toBeGreaterThan(1);
    for (const [shape, variant] of Object.entries(tuning.kernels)) {
      const used = dispatches.filter(({ family }) => family?.shape === shape).map(({ family }) => family!.variant);
      expect(new Set(used)).toEqual(new Set([variant]));
    }
    expect(onKernels).toHaveBeenCalledExactlyOnceWith(tuning.kernels);
    expect(cache.save).toHaveBeenCalledExactlyOnceWith(network.variants);
    const after = await velocity(gpu, network);
    const largest = before.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    expect(largest).toBeGreaterThan(0.1);
    expect(after.every((value, i) => Math.abs(value - before[i]!) < 1e-4 * largest)).toBe(true);

    await tuning.reset();
    expect(tuning.kernels).toEqual({});
    expect(await velocity(gpu, network)).toEqual(before);
    await network.dispose();
  });
});
