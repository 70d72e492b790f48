import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { expectClose } from '../../test/support/compare.ts';
import { guarded, sharedGpu } from '../../test/support/gpu.ts';
import { type RecordedNetwork, readRecorded } from '../../test/support/recorded.ts';
import { type ScarceMemory, scarceMemory } from '../../test/support/scarce-memory.ts';
import type { Gpu } from '../gpu/gpu.ts';
import { Network } from '../model/network.ts';
import type { Guidance } from './guidance.ts';
import { Sampler } from './sampler.ts';
import type { RunSpec } from './sampling-run.ts';
import { solve } from './solvers.ts';

/** Runs on a GPU that is short of memory: the same pictures, with less. */

const NONE: Guidance = { kind: 'none', scale: 1, budget: 1, interval: [0, 1] };
const CFG: Guidance = { kind: 'cfg', scale: 3, budget: 1, interval: [0, 1] };
const CHEAP: Guidance = { ...CFG, kind: 'ccfg', interval: [0.3, 1] };
const TWO_IMAGES = (label: string) => label.endsWith('×2');

let gpu: Gpu;
let elit: RecordedNetwork;
let usual: RunSpec;
let memory: ScarceMemory | undefined;

beforeAll(async () => {
  gpu = await sharedGpu();
  elit = await readRecorded('elit-sit-a');
  const noise = elit.golden.float32('sample.noise');
  usual = { noise, label: 42, nullLabel: 1000, stages: solve('heun', 3), budget: 4, guidance: NONE };
});

afterEach(() => {
  memory?.end();
  memory = undefined;
});

async function withSampler(test: (sampler: Sampler, network: Network) => Promise<void>): Promise<void> {
  await guarded(gpu, async () => {
    const network = await Network.load(gpu, elit.config, elit.weights);
    const sampler = new Sampler(gpu, network);
    try {
      await test(sampler, network);
    } finally {
      await sampler.dispose();
      await network.dispose();
    }
  });
}

async function latentsOf(sampler: Sampler, spec: RunSpec): Promise<Float32Array> {
  const run = await sampler.begin(spec);
  for (const stage of run.stages.keys()) run.submit(stage);
  const latents = await run.latents();
  run.dispose();
  return latents;
}

/** What a sampler with all the memory it wants gives. */
async function withPlenty(spec: RunSpec): Promise<Float32Array> {
  let latents = new Float32Array() as Float32Array;
  await withSampler(async (sampler) => {
    latents = await latentsOf(sampler, spec);
  });
  return latents;
}

function expectSame(latents: Float32Array, plenty: Float32Array): void {
  expectClose(latents, plenty, 'latents', { bounds: { max: 1e-5, l2: 1e-6 } });
}

describe('without memory for both calls of guidance', () => {
  it.each([
    ['cfg', CFG, 'out-of-memory'],
    ['ccfg in an interval', CHEAP, 'out-of-memory'],
    ['cfg, of a driver that refuses the command instead', CFG, 'validation'],
  ] as const)('they are made one at a time: %s', async (_, guidance, filter) => {
    const spec = { ...usual, guidance };
    const plenty = await withPlenty(spec);
    await withSampler(async (sampler) => {
      memory = scarceMemory(TWO_IMAGES, filter);
      expectSame(await latentsOf(sampler, spec), plenty);
      expect(await sampler.reserve()).toMatchObject({
        code: filter === 'validation' ? 'gpu-validation' : 'gpu-out-of-memory',
      });
    });
  });

  it('that is remembered, and the next run allocates and asks for nothing', () =>
    withSampler(async (sampler) => {
      memory = scarceMemory(TWO_IMAGES);
      const first = await latentsOf(sampler, { ...usual, guidance: CFG });
      const [asked, before] = [memory.refused.length, gpu.ledger.count()];
      expect(asked).toBeGreaterThan(0);
      expect(await latentsOf(sampler, { ...usual, guidance: CFG })).toEqual(first);
      expect(memory.refused).toHaveLength(asked);
      expect(gpu.ledger.count()).toEqual(before);
    }));

  it('nothing is allocated, compiled or waited for inside the loop', () =>
    withSampler(async (sampler) => {
      memory = scarceMemory(TWO_IMAGES);
      const run = await sampler.begin({ ...usual, guidance: CFG });
      const before = gpu.ledger.count();
      const compilations = vi.spyOn(gpu.device, 'createComputePipelineAsync');
      const submissions = vi.spyOn(gpu.device.queue, 'submit');
      for (const stage of run.stages.keys()) run.submit(stage);
      expect(gpu.ledger.count()).toEqual(before);
      expect(compilations).not.toHaveBeenCalled();
      expect(submissions).toHaveBeenCalledTimes(run.stages.length);
      vi.restoreAllMocks();
      await run.drained();
      run.dispose();
    }));
});

describe('without memory for', () => {
  it('what head and Read made, they are computed for every run', async () => {
    const plenty = await withPlenty(usual);
    await withSampler(async (sampler, network) => {
      memory = scarceMemory((label) => label.startsWith('kept '));
      expectSame(await latentsOf(sampler, usual), plenty);
      expectSame(await latentsOf(sampler, usual), plenty);
      expect(network.copyShortage).toMatchObject({ code: 'gpu-out-of-memory' });
    });
  });

  it.each([
    ['none', NONE],
    ['ccfg', CHEAP],
  ] as const)('the modulation of all stages, it is computed slice by slice: guidance %s', async (_, guidance) => {
    const spec = { ...usual, stages: solve('euler', 70), guidance, budget: 1 };
    const plenty = await withPlenty(spec);
    await withSampler(async (sampler, network) => {
      memory = scarceMemory(
        (label, bytes) => label.startsWith('modulation') && bytes > 65 * 4 * 7 * elit.config.hidden,
      );
      const run = await sampler.begin(spec);
      const submissions = vi.spyOn(gpu.device.queue, 'submit');
      const before = gpu.ledger.count();
      for (const stage of run.stages.keys()) run.submit(stage);
      expect(submissions).toHaveBeenCalledTimes(run.stages.length);
      expect(gpu.ledger.count()).toEqual(before);
      vi.restoreAllMocks();
      const latents = await run.latents();
      run.dispose();
      expect(latents.findIndex((value, i) => value !== plenty[i])).toBe(-1);
      const again = await latentsOf(sampler, spec); // begins where the run before ended: at the last slice
      expect(again.findIndex((value, i) => value !== plenty[i])).toBe(-1);
      const { stages } = await network.condition([1, 0.5], [network.label(1)]);
      expect(stages).toBe(2);
      expect(memory.refused.length).toBeGreaterThan(0);
    });
  });

  it('a single image, the run is refused, everything can be freed, and used when there is memory again', () =>
    withSampler(async (sampler) => {
      const alive = gpu.ledger.count('buffer');
      memory = scarceMemory((label) => label.endsWith('×1'));
      await expect(sampler.begin({ ...usual, guidance: CFG })).rejects.toMatchObject({ code: 'gpu-out-of-memory' });
      expect(gpu.ledger.count('buffer')).toEqual(alive);
      memory.end();
      expect((await latentsOf(sampler, usual)).every(Number.isFinite)).toBe(true);
    }));

  it.each([
    ['the weights', 'blocks.2'],
    ['Read’s queries', 'read queries'],
    ['any modulation', 'modulation'],
  ])('%s, the network is refused and nothing stays behind', (_, name) =>
    guarded(gpu, async () => {
      memory = scarceMemory((label) => label.startsWith(name));
      const error = { code: 'gpu-out-of-memory', hint: expect.stringMatching(/smaller model/) };
      await expect(Network.load(gpu, elit.config, elit.weights)).rejects.toMatchObject(error);
    }),
  );
});
