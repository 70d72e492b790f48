import { describe, expect, it } from 'vitest';
import {
  recordedBudgets,
  recordedRuns,
  recordedStates,
  recordedStepNoise,
  runBounds,
} from '../../src/cli/verify/recorded.ts';
import { expectClose } from '../support/compare.ts';
import { RECORDED_NETWORKS, readRecorded } from '../support/recorded.ts';
import { ReferenceNetwork } from './network.ts';
import { sample } from './sampling.ts';

const PATIENCE = { timeout: 120_000 };

describe.each(RECORDED_NETWORKS)('%s', async (name) => {
  const recorded = await readRecorded(name);
  const { golden, config } = recorded;
  const network = new ReferenceNetwork(config, recorded.weights);

  it.each(recordedBudgets(recorded))('has every recorded state at budget $budget', PATIENCE, ({ budget, prefix }) => {
    const input = { x: golden.float32('x'), t: golden.float32('t'), y: golden.float32('y'), budget };
    const states = network.forward(input);
    const keys = recordedStates(golden, prefix);
    expect(keys.toSorted()).toEqual(
      Object.keys(states)
        .map((state) => prefix + state)
        .toSorted(),
    );
    for (const key of keys) {
      const computed = states[key.slice(prefix.length)]!;
      expectClose(computed, golden.float32(key), key, { shape: golden.tensor(key).shape });
    }
  });

  it.each(recordedRuns(recorded))('ends the run $name at the recorded latents', PATIENCE, (run) => {
    const latents = sample(network.velocity, {
      ...run,
      noise: golden.float32('sample.noise'),
      nullLabel: config.numClasses,
      ...(run.solver === 'sde' ? { stepNoise: recordedStepNoise(golden, run) } : {}),
    });
    const key = `sample.${run.name}`;
    const { shape } = golden.tensor(key);
    expectClose(latents, golden.float32(key), key, { shape, bounds: runBounds(run.guidance) });
  });
});
