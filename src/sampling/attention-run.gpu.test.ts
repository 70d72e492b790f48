import { afterEach, describe, expect, it } from 'vitest';
import { CFG, expectedMaps, LOOKED_AT, type LookedAtCase, NONE } from '../../test/reference/maps.ts';
import { expectClose } from '../../test/support/compare.ts';
import { guarded, sharedGpu } from '../../test/support/gpu.ts';
import { type RecordedNetwork, readRecorded } from '../../test/support/recorded.ts';
import { type ScarceMemory, scarceMemory } from '../../test/support/scarce-memory.ts';
import { fullBudget } from '../model/config.ts';
import { Network } from '../model/network.ts';
import { AttentionRun, type StageMaps } from './attention-run.ts';
import { Sampler } from './sampler.ts';
import type { RunSpec } from './sampling-run.ts';
import { solve } from './solvers.ts';

/** Whole maps of whole runs, beside those of the network in plain double precision. */

const BOUNDS = { max: 2e-4, l2: 5e-5 };
const LABEL = 42;

let memory: ScarceMemory | undefined;

afterEach(() => {
  memory?.end();
  memory = undefined;
});

function specOf({ golden, config }: RecordedNetwork, { solver, steps, ...rest }: LookedAtCase): RunSpec {
  const noise = golden.float32('sample.noise');
  return { ...rest, noise, label: LABEL, nullLabel: config.numClasses, stages: solve(solver, steps) };
}

async function looked(run: AttentionRun): Promise<{ maps: StageMaps[]; latents: Float32Array }> {
  const maps: Promise<StageMaps>[] = [];
  for (const stage of run.run.stages.keys()) {
    run.run.submit(stage);
    maps.push(run.maps());
  }
  return { maps: await Promise.all(maps), latents: await run.run.latents() };
}

async function expectMaps(name: string, one: LookedAtCase, before: () => void = () => undefined): Promise<void> {
  const [gpu, recorded] = [await sharedGpu(), await readRecorded(name)];
  const spec = specOf(recorded, one);
  const n = fullBudget(recorded.config);
  const expected = expectedMaps(recorded, one, LABEL);
  await guarded(gpu, async () => {
    const network = await Network.load(gpu, recorded.config, recorded.weights);
    before();
    const run = await AttentionRun.begin(gpu, network, spec);
    const { maps, latents } = await looked(run);
    await run.dispose();
    expect(maps).toHaveLength(expected.length);
    maps.forEach((map, stage) => {
      for (const part of ['read', 'write'] as const) {
        const shape = [recorded.config.grid ** 2, n];
        expectClose(map[part], expected[stage]![part], `${part}, stage ${stage}`, { shape, bounds: BOUNDS });
        for (let row = 0; row < map[part].length; row += n) {
          const sum = map[part].subarray(row, row + n).reduce((total, weight) => total + weight, 0);
          expect(sum).toBeCloseTo(1, 5);
        }
      }
    });
    expectClose(latents, await usualLatents(network, spec), 'latents', { bounds: { max: 1e-5, l2: 1e-6 } });
    await network.dispose();
  });

  /** The picture drawn without looking, twice: the second time with what head and Read of the first have left. */
  async function usualLatents(network: Network, same: RunSpec): Promise<Float32Array> {
    const sampler = new Sampler(gpu, network);
    let latents = new Float32Array() as Float32Array;
    for (let i = 0; i < 2; i++) {
      const run = await sampler.begin(same);
      for (const stage of run.stages.keys()) run.submit(stage);
      latents = await run.latents();
      run.dispose();
    }
    await sampler.dispose();
    return latents;
  }
}

describe('where Read and Write look', () => {
  it.each(LOOKED_AT)('%s: as the oracle says, and the picture is the same', (_, name, one) => expectMaps(name, one));

  it('is of the conditional call, too, where the guiding one is made apart', () =>
    expectMaps('elit-sit-a', { solver: 'euler', steps: 2, budget: 4, guidance: CFG }, () => {
      memory = scarceMemory((label) => label.endsWith('×2'));
    }));

  it('without memory for the maps nothing stays behind', async () => {
    const [gpu, recorded] = [await sharedGpu(), await readRecorded('elit-sit-a')];
    await guarded(gpu, async () => {
      const network = await Network.load(gpu, recorded.config, recorded.weights);
      memory = scarceMemory((label) => label.startsWith('map of'));
      const spec = specOf(recorded, { solver: 'euler', steps: 1, budget: 4, guidance: NONE });
      await expect(AttentionRun.begin(gpu, network, spec)).rejects.toMatchObject({ code: 'gpu-out-of-memory' });
      await network.dispose();
    });
  });
});
