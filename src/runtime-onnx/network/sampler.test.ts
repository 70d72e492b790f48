import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sample } from '../../../test/reference/sampling.ts';
import { expectClose } from '../../../test/support/compare.ts';
import { readDrawings, readPageNetwork } from '../../../test/support/page-model.ts';
import { RECORDED_NETWORKS, readRecorded } from '../../../test/support/recorded.ts';
import { recordedRuns, recordedStepNoise, runBounds } from '../../cli/verify/recorded.ts';
import { startFrom, stepsAt } from '../../sampling/from-picture.ts';
import type { RunSpec } from '../../sampling/sampling-run.ts';
import { solve } from '../../sampling/solvers.ts';
import { OnnxNetwork } from './network.ts';
import { OnnxSampler, type VelocityNetwork } from './sampler.ts';

const NO_GUIDANCE = { kind: 'none', scale: 1, budget: 1, interval: [0, 1] } as const;

async function finish(network: VelocityNetwork, spec: RunSpec): Promise<Float32Array> {
  const run = await new OnnxSampler(network).begin(spec);
  for (const index of run.stages.keys()) run.submit(index);
  return run.latents();
}

describe.each(RECORDED_NETWORKS)('%s', async (name) => {
  const recorded = await readRecorded(name);
  const { config, golden } = recorded;
  let network: OnnxNetwork;

  beforeAll(async () => {
    network = await OnnxNetwork.load(config, recorded.weights);
  }, 60_000); // WASM is compiled on the way
  afterAll(() => network.dispose());

  it.each(recordedRuns(recorded))('ends the run $name at the recorded latents', async (run) => {
    const latents = await finish(network, {
      ...run,
      noise: golden.float32('sample.noise'),
      nullLabel: config.numClasses,
      stages: solve(run.solver, run.steps),
      stepNoise: recordedStepNoise(golden, run),
    });
    const key = `sample.${run.name}`;
    const { shape } = golden.tensor(key);
    expectClose(latents, golden.float32(key), key, { shape, bounds: runBounds(run.guidance) });
  });
});

describe('the bundled model', async () => {
  const { manifest, weights, labels } = await readPageNetwork();
  const { golden, first } = await readDrawings();
  let network: OnnxNetwork;

  beforeAll(async () => {
    network = await OnnxNetwork.load(manifest.config, weights);
  }, 60_000);
  afterAll(() => network.dispose());

  it.each(first.quick.budgets)('draws the first quick run at budget %d', { timeout: 60_000 }, async (budget) => {
    const latents = await finish(network, {
      noise: golden.float32('0.noise'),
      label: labels.of(first.subject, first.style).network,
      nullLabel: labels.none.network,
      stages: solve('euler', first.quick.steps),
      budget,
      guidance: NO_GUIDANCE,
    });
    const key = `0.quick_budget_${budget}.latents`;
    expectClose(latents, golden.float32(key), key, { shape: golden.tensor(key).shape });
  });
});

/** A network whose velocity is the state itself times `slope` of the label; it lists the calls. */
function fakeNetwork(slope: (label: number) => number) {
  const calls: { states: number; firstImage: number; images: number; kept: number }[] = [];
  const network: VelocityNetwork = {
    label: (index) => Float32Array.of(index),
    condition: async (_, vectors) => ({
      lines: Float32Array.from(vectors, ([label = 0]) => slope(label)),
      images: vectors.length,
    }),
    velocity: async (states, { lines }, _, { firstImage, images, kept }) => {
      calls.push({ states: states.length, firstImage, images, kept });
      return states.map((value, i) => value * lines[firstImage + Math.floor((i * images) / states.length)]!);
    },
  };
  return { network, calls };
}

const SPEC: RunSpec = {
  noise: Float32Array.of(1, 2, -4),
  label: 1,
  nullLabel: 0,
  stages: solve('euler', 2),
  budget: 16,
  guidance: NO_GUIDANCE,
};

describe('OnnxSampler', () => {
  it('previews the predicted clean image of the last submitted stage', async () => {
    const run = await new OnnxSampler(fakeNetwork(() => 0.5).network).begin(SPEC);
    run.submit(0);
    expect([...(await run.preview())]).toEqual([0.5, 1, -2]); // x - 1·½x
    run.submit(1);
    expect([...(await run.preview())]).toEqual([0.5625, 1.125, -2.25]); // ¾x - ½·½·¾x
    expect([...(await run.latents())]).toEqual([0.5625, 1.125, -2.25]);
  });

  it('makes both calls of guidance at once where they share a budget', async () => {
    const { network, calls } = fakeNetwork((label) => label);
    const guidance = { ...NO_GUIDANCE, kind: 'cfg', scale: 3, interval: [0, 0.5] } as const;
    const latents = await finish(network, { ...SPEC, guidance });
    expect(calls).toEqual([
      { states: 3, firstImage: 0, images: 1, kept: 16 }, // t = 1 lies outside the interval
      { states: 6, firstImage: 0, images: 2, kept: 16 },
    ]);
    expect([...latents]).toEqual([-0.25, -0.5, 1]); // x/2, then x/2 - ½·3·x/2
  });

  it('gives the guiding call its own budget', async () => {
    const { network, calls } = fakeNetwork((label) => label);
    await finish(network, { ...SPEC, guidance: { ...NO_GUIDANCE, kind: 'ccfg', scale: 2 } });
    expect(calls.slice(0, 2)).toEqual([
      { states: 3, firstImage: 0, images: 1, kept: 16 },
      { states: 3, firstImage: 1, images: 1, kept: 1 },
    ]);
  });

  it.each([
    ['euler', 5, 0.6],
    ['euler', 4, 0.01],
    ['heun', 4, 0.5],
    ['sde', 4, 0.75],
    ['sde', 3, 1],
  ] as const)(
    'begins with a picture as the formulas say: %s, %d steps, strength %d',
    async (solver, steps, strength) => {
      const { network } = fakeNetwork(() => 0.5);
      const picture = Float32Array.of(-1, 0.25, 3);
      const stepNoise = (step: number) => Float32Array.of(step, -step, 0.5);
      const whole = { noise: SPEC.noise, stages: solve(solver, steps) };
      const begun = startFrom(picture, whole, stepsAt(strength, steps));
      const latents = await finish(network, { ...SPEC, ...begun, stepNoise });
      const oracle = sample((x) => x.map((value) => 0.5 * value), {
        ...{ ...SPEC, label: 1, nullLabel: 0, solver, steps, stepNoise },
        picture: { latents: picture, strength },
      });
      for (const [i, value] of oracle.entries()) expect(latents[i]).toBeCloseTo(value, 5);
    },
  );

  it('lets the event loop turn between two stages', async () => {
    const { network, calls } = fakeNetwork(() => 0);
    const run = await new OnnxSampler(network).begin({ ...SPEC, stages: solve('euler', 50) });
    for (const index of run.stages.keys()) run.submit(index);
    setImmediate(() => run.dispose());
    await run.drained();
    expect(calls.length).toBeLessThan(50);
  });

  it('takes stages in their order only', async () => {
    const run = await new OnnxSampler(fakeNetwork(() => 0).network).begin(SPEC);
    await expect(run.latents()).rejects.toThrow('no stage was submitted');
    expect(() => run.submit(1)).toThrow('stage 1, but the next is 0');
    run.submit(0);
    run.submit(1);
    expect(() => run.submit(2)).toThrow('stage 2 of 2');
  });

  it('hands a failure to whoever waits for the run, and runs nothing after it', async () => {
    const { network, calls } = fakeNetwork(() => 0);
    let asked = 0;
    const failing: VelocityNetwork = {
      ...network,
      velocity: (...call) => {
        asked += 1;
        return asked === 1 ? Promise.reject(new Error('out of memory')) : network.velocity(...call);
      },
    };
    const run = await new OnnxSampler(failing).begin(SPEC);
    run.submit(0);
    run.submit(1);
    await expect(run.drained()).rejects.toThrow('out of memory');
    await expect(run.latents()).rejects.toThrow('out of memory');
    expect(calls).toEqual([]);
  });
});
