import { describe, expect, it } from 'vitest';
import { expectedMaps, LOOKED_AT, NONE } from '../../../test/reference/maps.ts';
import { expectClose } from '../../../test/support/compare.ts';
import { readRecorded } from '../../../test/support/recorded.ts';
import type { StageMaps } from '../../sampling/attention-run.ts';
import type { RunSpec } from '../../sampling/sampling-run.ts';
import { solve } from '../../sampling/solvers.ts';
import { lookAt } from './look-at.ts';
import { OnnxNetwork } from './network.ts';
import { OnnxSampler } from './sampler.ts';

/** Whole maps of whole runs, beside those of the network in plain double precision; as on the GPU. */

const LABEL = 42;

describe('where Read and Write look, on the processor', () => {
  it.each(LOOKED_AT)('%s: as the oracle says, and the picture is the same', async (_, name, one) => {
    const recorded = await readRecorded(name);
    const { golden, config, weights } = recorded;
    const spec: RunSpec = {
      ...{ budget: one.budget, guidance: one.guidance, stages: solve(one.solver, one.steps) },
      ...{ noise: golden.float32('sample.noise'), label: LABEL, nullLabel: config.numClasses },
    };
    const network = await OnnxNetwork.load(config, weights);
    const { run, maps, dispose } = await lookAt(network, spec);
    const all: Promise<StageMaps>[] = [];
    for (const stage of run.stages.keys()) {
      run.submit(stage);
      all.push(maps());
    }
    const looked = await Promise.all(all);
    const expected = expectedMaps(recorded, one, LABEL);
    expect(looked).toHaveLength(expected.length);
    for (const [stage, map] of looked.entries()) {
      for (const part of ['read', 'write'] as const) expectClose(map[part], expected[stage]![part], `${part} ${stage}`);
    }
    const usual = await new OnnxSampler(network).begin(spec);
    for (const stage of usual.stages.keys()) usual.submit(stage);
    expect(await run.latents()).toEqual(await usual.latents());
    await dispose();
    await network.dispose();
  });

  it('has none of a stage that was not run', async () => {
    const { golden, config, weights } = await readRecorded('elit-sit-a');
    const network = await OnnxNetwork.load(config, weights);
    const { run, maps, dispose } = await lookAt(network, {
      ...{ budget: 1, guidance: NONE, stages: solve('euler', 2) },
      ...{ noise: golden.float32('sample.noise'), label: LABEL, nullLabel: config.numClasses },
    });
    run.submit(0);
    const first = maps();
    await dispose();
    await expect(first).rejects.toThrow('stage 0 was not run');
    await network.dispose();
  });
});
