import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { nodeGpu } from '../../src/cli/node-gpu.ts';
import { Gpu } from '../../src/gpu/gpu.ts';
import { parseManifest } from '../../src/model/manifest.ts';
import { chooseTier, offeredTiers } from '../../src/model/tier.ts';
import { breakDriver, nonsense, wrongResults } from '../support/broken-driver.ts';
import { guarded } from '../support/gpu.ts';
import { readRecorded, readSafetensors } from '../support/recorded.ts';

/** A driver is broken where it compiles: each test has a device of its own, which has compiled nothing yet. */
let gpu: Gpu;

beforeEach(async () => {
  gpu = await Gpu.open({ gpu: nodeGpu() });
});

afterEach(() => {
  vi.restoreAllMocks();
  gpu.dispose();
});

describe('a sound driver', () => {
  it('is used as far as it goes, with the bundled model', async () => {
    await guarded(gpu, async () => {
      const highest = offeredTiers(gpu.device.features)[0];
      expect(await chooseForBundled()).toEqual({ tier: highest, stepDowns: [] });
    });
  });
});

/** The bundled model has float16 weights. */
async function chooseForBundled() {
  const folder = 'public/models/emoji-128';
  const { config } = parseManifest(JSON.parse(await readFile(`${folder}/model.json`, 'utf8')));
  return chooseTier(gpu, config, await readSafetensors(`${folder}/elit.safetensors`));
}

describe('a driver that gets float16 wrong', () => {
  it('in computing with subgroups and in compiling without them is used without it', async () => {
    const offered = offeredTiers(gpu.device.features);
    const half = offered.filter((tier) => tier.startsWith('f16')); // none on a driver without float16
    const fault = (code: string) => (code.includes('enable subgroups') ? wrongResults(code) : nonsense(code));
    const broken = breakDriver(fault, (_, code) => code.includes('enable f16'));
    await guarded(gpu, async () => {
      const reasons = [
        /^The GPU computes \S+ where \S+ is right, in “matmul F16 f16 quad/,
        /^The kernel “matmul F16 f16 direct.*” did not compile/,
      ];
      expect(await chooseForBundled()).toEqual({
        tier: offered[half.length],
        stepDowns: half.map((tier, i) => ({ tier, reason: expect.stringMatching(reasons[i]!) })),
      });
    });
    expect(broken.length > 0).toBe(half.length > 0);
  });
});

/** A plain SiT has the fewest kernels to compile. */
const choose = async () => {
  const { config, weights } = await readRecorded('sit-a');
  return chooseTier(gpu, config, weights);
};
/** What the tiers of this device have, the highest first, without those that need subgroups. */
const plainTiers = () => offeredTiers(gpu.device.features).filter((tier) => !tier.endsWith('subgroups'));

describe('a driver that gets subgroups wrong', () => {
  it.each([
    ['computing', wrongResults, /^The GPU computes \S+ where \S+ is right, in “/],
    ['compiling', nonsense, /^The kernel “.*” did not compile/],
  ])('in %s is used without them, and lives on', async (_, fault, reason) => {
    expect(gpu.device.features.has('subgroups'), 'every software driver of the tests has subgroups').toBe(true);
    const broken = breakDriver(fault, (_, code) => code.includes('enable subgroups'));
    await guarded(gpu, async () => {
      const { tier, stepDowns } = await choose();
      expect(tier).toBe(plainTiers()[0]);
      expect(stepDowns[0]).toEqual({
        tier: offeredTiers(gpu.device.features)[0],
        reason: expect.stringMatching(reason),
      });
    });
    expect(broken).not.toEqual([]);
    expect(await Promise.race([gpu.lost, 'not lost'])).toBe('not lost');
  });
});

describe('a driver that gets even float32 wrong', () => {
  const nan = (code: string) => wrongResults(code).replaceAll('* 1.05', '* (bitcast<f32>(0x7fc00000u + stage.row))');

  it.each([
    ['attention', wrongResults, /^The GPU computes \S+ where \S+ is right, in “attention/],
    ['solver-step', nan, /^The GPU computes NaN where \S+ is right, in “solver-step/],
  ])('in %s is refused', async (kernel, fault, message) => {
    const broken = breakDriver(fault, (label) => label.startsWith(kernel));
    await guarded(gpu, async () => {
      await expect(choose()).rejects.toMatchObject({
        code: 'gpu-wrong-values',
        message: expect.stringMatching(message),
      });
    });
    expect(broken).not.toEqual([]);
  });
});
