import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { guarded, sharedGpu } from '../../test/support/gpu.ts';
import { type RecordedNetwork, readRecorded } from '../../test/support/recorded.ts';
import type { Gpu } from '../gpu/gpu.ts';
import { PLAIN_VARIANTS } from '../kernels/variants.ts';
import { Network } from '../model/network.ts';
import type { Guidance } from './guidance.ts';
import { Sampler } from './sampler.ts';
import type { RunSpec } from './sampling-run.ts';
import { solve } from './solvers.ts';

const NONE: Guidance = { kind: 'none', scale: 1, budget: 1, interval: [0, 1] };
const CFG: Guidance = { ...NONE, kind: 'cfg', scale: 3 };
const CHEAP: Guidance = { ...CFG, kind: 'ccfg' };
const AUTO: Guidance = { ...CFG, kind: 'autoguidance' };

let gpu: Gpu;
let elit: RecordedNetwork;
let usual: RunSpec;

beforeAll(async () => {
  gpu = await sharedGpu();
  elit = await readRecorded('elit-sit-a');
  const noise = elit.golden.float32('sample.noise');
  usual = { noise, label: 42, nullLabel: 1000, stages: solve('euler', 2), budget: 4, guidance: NONE };
});

afterEach(() => vi.restoreAllMocks());

interface Drawn {
  readonly latents: Float32Array;
  /** Whether head and Read of the first stage were taken from an earlier run. */
  readonly reused: boolean;
}

type Draw = (other?: Partial<RunSpec>) => Promise<Drawn>;

async function withSampler(test: (draw: Draw, network: Network) => Promise<void>): Promise<void> {
  await guarded(gpu, async () => {
    const network = await Network.load(gpu, elit.config, elit.weights);
    const sampler = new Sampler(gpu, network);
    const passes = vi.spyOn(GPUCommandEncoder.prototype, 'beginComputePass');
    const draw: Draw = async (other) => {
      const run = await sampler.begin({ ...usual, ...other });
      passes.mockClear();
      run.submit(0);
      const reused = passes.mock.calls.length === 1;
      for (const stage of run.stages.keys()) if (stage > 0) run.submit(stage);
      const latents = await run.latents();
      run.dispose();
      return { latents, reused };
    };
    try {
      await test(draw, network);
    } finally {
      await sampler.dispose();
      await network.dispose();
    }
  });
}

/** A run by a sampler that has done nothing before. */
async function drawnAlone(spec: Partial<RunSpec>): Promise<Float32Array> {
  let latents = new Float32Array();
  await withSampler(async (draw) => {
    const drawn = await draw(spec);
    expect(drawn.reused).toBe(false);
    latents = drawn.latents as Float32Array<ArrayBuffer>;
  });
  return latents;
}

describe('head and Read at the first stage', () => {
  it.each<[string, Partial<RunSpec>, Partial<RunSpec>]>([
    ['another budget', { budget: 16 }, { budget: 3 }],
    ['the same budget again', {}, {}],
    ['another budget, guided', { budget: 16, guidance: CFG }, { budget: 3, guidance: CFG }],
    ['cheap instead of full guidance', { guidance: CFG }, { guidance: { ...CHEAP, scale: 2 } }],
    ['another budget of the guiding call', { guidance: AUTO }, { guidance: { ...AUTO, budget: 3 } }],
    ['more steps', {}, { stages: solve('euler', 3) }],
  ])('are not computed again for %s, and the image is the same', async (_, before, after) => {
    const alone = await drawnAlone(after);
    await withSampler(async (draw) => {
      expect((await draw(before)).reused).toBe(false);
      const { latents, reused } = await draw(after);
      expect(reused).toBe(true);
      expect(latents.findIndex((value, i) => value !== alone[i])).toBe(-1);
    });
  });

  it.each<[string, (spec: RunSpec) => Partial<RunSpec>]>([
    ['other noise', ({ noise }) => ({ noise: noise.map((value) => -value) })],
    ['another class', () => ({ label: 7 })],
    ['guidance', () => ({ guidance: CFG })],
    ['another first time', ({ stages }) => ({ stages: stages.map((stage) => ({ ...stage, t: stage.t * 0.9 })) })],
  ])('are computed again for %s', async (_, change) => {
    const alone = await drawnAlone(change(usual));
    await withSampler(async (draw) => {
      await draw();
      const { latents, reused } = await draw(change(usual));
      expect(reused).toBe(false);
      expect(latents.findIndex((value, i) => value !== alone[i])).toBe(-1);
    });
  });

  it('are computed again for another guiding class', () =>
    withSampler(async (draw) => {
      await draw({ guidance: CFG });
      expect((await draw({ guidance: AUTO })).reused).toBe(false);
    }));

  it('are computed again by other kernels', () =>
    withSampler(async (draw, network) => {
      const { latents } = await draw();
      await network.use(PLAIN_VARIANTS);
      const again = await draw();
      expect(again.reused).toBe(false);
      expect(again.latents).toEqual(latents);
    }));

  it('are kept for runs with guidance and without, side by side', () =>
    withSampler(async (draw) => {
      const first = [await draw(), await draw({ guidance: CFG })];
      const again = [await draw(), await draw({ guidance: CFG })];
      expect(again.map(({ reused }) => reused)).toEqual([true, true]);
      expect(again.map(({ latents }) => latents)).toEqual(first.map(({ latents }) => latents));
    }));

  it('are computed again when the noise was written over', () =>
    withSampler(async (draw) => {
      const noise = usual.noise.slice();
      await draw({ noise });
      noise[0] = 9;
      expect((await draw({ noise })).reused).toBe(false);
    }));
});
