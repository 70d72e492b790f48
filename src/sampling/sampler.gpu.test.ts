import { beforeAll, describe, expect, it, vi } from 'vitest';
import { ReferenceNetwork } from '../../test/reference/network.ts';
import { sample } from '../../test/reference/sampling.ts';
import { expectClose } from '../../test/support/compare.ts';
import { guarded, sharedGpu } from '../../test/support/gpu.ts';
import { type RecordedNetwork, readRecorded } from '../../test/support/recorded.ts';
import { runBounds } from '../cli/verify/recorded.ts';
import type { Gpu } from '../gpu/gpu.ts';
import { Network } from '../model/network.ts';
import { startFrom, stepsAt } from './from-picture.ts';
import type { Guidance } from './guidance.ts';
import { gaussianNoise } from './noise.ts';
import { Sampler } from './sampler.ts';
import type { RunSpec } from './sampling-run.ts';
import { solve } from './solvers.ts';

const NONE: Guidance = { kind: 'none', scale: 1, budget: 1, interval: [0, 1] };
const GUIDED: Guidance = { kind: 'ccfg', scale: 3, budget: 1, interval: [0, 1] };

let gpu: Gpu;
let elit: RecordedNetwork;
let usual: RunSpec;

beforeAll(async () => {
  gpu = await sharedGpu();
  elit = await readRecorded('elit-sit-a');
  const noise = elit.golden.float32('sample.noise');
  usual = { noise, label: 42, nullLabel: 1000, stages: solve('euler', 2), budget: 4, guidance: NONE };
});

/** A sampler of its own for one test; whatever it leaves alive fails the test. */
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

describe('runs on one sampler', () => {
  /** What a sampler that has done nothing else gives. */
  let fresh: Float32Array;

  beforeAll(() =>
    withSampler(async (sampler) => {
      fresh = await latentsOf(sampler, usual);
    }),
  );

  it.each<[string, () => Partial<RunSpec>]>([
    ['at another budget', () => ({ budget: 16 })],
    ['guided by a call at a lower budget', () => ({ guidance: GUIDED })],
    ['of another class', () => ({ label: 7 })],
    ['at other times', () => ({ stages: solve('heun', 3) })],
    [
      'of more stages than the tables had lines for',
      () => ({ stages: solve('euler', 33), guidance: GUIDED, budget: 1 }),
    ],
    ['that ran over', () => ({ guidance: { ...GUIDED, scale: 3e38 } })],
    ['that drew noise', () => ({ stages: solve('sde', 2), stepNoise: () => gaussianNoise(1, usual.noise.length) })],
  ])('are not changed by one before them %s', (_, other) =>
    withSampler(async (sampler) => {
      const before = await latentsOf(sampler, { ...usual, ...other() });
      expect(before.some((value, i) => value !== fresh[i])).toBe(true);
      const after = await latentsOf(sampler, usual);
      expect(after.findIndex((value, i) => value !== fresh[i])).toBe(-1);
    }),
  );

  it('allocate nothing the second time', () =>
    withSampler(async (sampler) => {
      await latentsOf(sampler, usual);
      const before = gpu.ledger.count();
      const compile = vi.spyOn(gpu.device, 'createComputePipelineAsync');
      await latentsOf(sampler, usual);
      expect(compile).not.toHaveBeenCalled();
      expect(gpu.ledger.count()).toEqual(before);
      compile.mockRestore();
    }));
});

describe('a run', () => {
  it('shows x - t·v before the end, and at the end the state itself', () =>
    withSampler(async (sampler) => {
      const run = await sampler.begin(usual);
      run.submit(0);
      const [half, preview] = await Promise.all([run.latents(), run.preview()]);
      // Euler from t = 1 to ½: x_½ = x - v/2, so that the predicted clean image x - v is 2·x_½ - x.
      expectClose(
        preview,
        half.map((value, i) => 2 * value - usual.noise[i]!),
        'preview',
        { bounds: { max: 1e-6, l2: 1e-6 } },
      );
      run.submit(1);
      expectClose(await run.preview(), await run.latents(), 'last preview', { bounds: { max: 1e-6, l2: 1e-6 } });
      run.dispose();
    }));

  it('that begins with a picture ends where the oracle’s does', () =>
    withSampler(async (sampler) => {
      const guidance: Guidance = { kind: 'cfg', scale: 2, budget: 1, interval: [0, 1] };
      const picture = { latents: gaussianNoise(9, usual.noise.length), strength: 0.5 };
      const whole = { noise: usual.noise, stages: solve('heun', 4) };
      const begun = startFrom(picture.latents, whole, stepsAt(picture.strength, 4));
      const latents = await latentsOf(sampler, { ...usual, ...begun, guidance });
      const oracle = sample(new ReferenceNetwork(elit.config, elit.weights).velocity, {
        ...{ noise: usual.noise, label: 42, nullLabel: 1000, budget: 4, guidance },
        ...{ solver: 'heun', steps: 4, picture },
      });
      expectClose(latents, oracle, 'latents', { bounds: runBounds(guidance) });
    }));

  it('has the result that it had when it was asked for', () =>
    withSampler(async (sampler) => {
      const run = await sampler.begin(usual);
      run.submit(0);
      const asked = run.latents();
      run.submit(1);
      const [first, last] = await Promise.all([asked, run.latents()]);
      expect(first.some((value, i) => value !== last[i])).toBe(true);
      await run.drained();
      run.dispose();
    }));

  it('refuses stages it has not, results before the first, and classes the model has not', () =>
    withSampler(async (sampler) => {
      const run = await sampler.begin(usual);
      expect(() => run.latents()).toThrow('no stage was submitted');
      expect(() => run.submit(2)).toThrow('stage 2 of 2');
      expect(() => run.submit(-1)).toThrow('stage -1 of 2');
      run.dispose();
      for (const label of [-1, 1001, 0.5, Number.NaN]) {
        const message = expect.stringContaining(`Class ${label}`);
        await expect(sampler.begin({ ...usual, label })).rejects.toMatchObject({ code: 'request-invalid', message });
      }
    }));
});

describe('when a kernel does not compile', () => {
  it('the run is refused, and everything can still be freed, or used', () =>
    withSampler(async (sampler, network) => {
      const compile = vi.spyOn(gpu.pipelines, 'compile').mockRejectedValue(new Error('does not compile'));
      await expect(sampler.begin(usual)).rejects.toThrow('does not compile');
      await expect(network.velocity([{ firstImage: 0, images: 1, kept: 1 }])).rejects.toThrow('does not compile');
      compile.mockRestore();
      expect((await latentsOf(sampler, usual)).every(Number.isFinite)).toBe(true);
    }));
});
