import { afterEach, expect, it } from 'vitest';
import { type ScarceMemory, scarceMemory } from '../../test/support/scarce-memory.ts';
import { nodeGpu } from '../cli/node-gpu.ts';
import { Gpu } from '../gpu/gpu.ts';
import { fullBudget } from '../model/config.ts';
import { openGpuDevice } from './gpu-device.ts';
import { PROBE_CONFIG, probeWeights } from './probe-network.ts';

let memory: ScarceMemory | undefined;

afterEach(() => memory?.end());

it('what a GPU could do at best is measured for every budget, and leaves nothing behind', async () => {
  const gpu = await Gpu.open({ gpu: nodeGpu() });
  const device = await openGpuDevice(async () => gpu);
  const sampler = await device.open(PROBE_CONFIG, probeWeights());
  const alive = gpu.ledger.labels('buffer');
  let turns = 0;
  const { forwardMs } = (await sampler.limits?.((measure) => {
    turns++;
    return measure();
  }))!;
  expect(turns, 'images have their turn between').toBeGreaterThan(4);
  expect(forwardMs).toHaveLength(fullBudget(PROBE_CONFIG));
  // No timing is asserted: a wrong unit would fail.
  for (const ms of forwardMs) {
    expect(ms).toBeGreaterThan(1e-6);
    expect(ms).toBeLessThan(1e4);
  }
  expect(gpu.ledger.labels('buffer')).toEqual(alive);
  await sampler.dispose();
  device.dispose();
});

it('a network on a GPU without memory says what it does without, and one that finds none leaves nothing behind', async () => {
  const gpu = await Gpu.open({ gpu: nodeGpu() });
  const device = await openGpuDevice(async () => gpu);
  const savings = async (refuses: (label: string) => boolean) => {
    memory = scarceMemory(refuses);
    const sampler = await device.open(PROBE_CONFIG, probeWeights()).finally(() => memory?.end());
    await sampler.dispose();
    return sampler.memorySavings;
  };
  const reason = expect.stringMatching(/no memory left/);
  expect(await savings(() => false)).toEqual([]);
  expect(await savings((label) => label.endsWith('×2'))).toEqual([{ kind: 'guidance-apart', reason }]);
  expect(await savings((label) => label.startsWith('kept'))).toEqual([{ kind: 'nothing-kept', reason }]);
  expect(await savings((label) => label.startsWith('kept') || label.endsWith('×2'))).toEqual([
    { kind: 'guidance-apart', reason },
    { kind: 'nothing-kept', reason },
  ]);
  const alive = gpu.ledger.labels('buffer');
  for (const name of [/^blocks/, /^state 1/, /^wide ×1/]) {
    await expect(savings((label) => name.test(label))).rejects.toMatchObject({ code: 'gpu-out-of-memory' });
    expect(gpu.ledger.labels('buffer')).toEqual(alive);
  }
  expect(await savings(() => false)).toEqual([]);
  device.dispose();
});
