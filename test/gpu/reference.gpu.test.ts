import { describe, expect, it } from 'vitest';
import { nodeGpu } from '../../src/cli/node-gpu.ts';
import { verifyRecorded } from '../../src/cli/verify/check.ts';
import { Gpu } from '../../src/gpu/gpu.ts';
import { defaultVariants, type Tier } from '../../src/kernels/variants.ts';
import { Network } from '../../src/model/network.ts';
import { offeredTiers } from '../../src/model/tier.ts';
import { guarded, sharedGpu } from '../support/gpu.ts';
import { RECORDED_NETWORKS, type RecordedNetwork, readRecorded } from '../support/recorded.ts';

/** Every recorded state at every budget, and every recorded sampling run, through the kernels. */
async function wrongOnes(
  gpu: Gpu,
  { config, weights, golden }: RecordedNetwork,
  tier: Tier = 'f32',
  adapter: { readonly isSoftware: boolean } = gpu,
): Promise<string[]> {
  const wrong: string[] = [];
  await guarded(gpu, async () => {
    const network = await Network.load(gpu, config, weights, defaultVariants(tier, adapter));
    const checks = await verifyRecorded(gpu, network, golden);
    expect(checks.length).toBeGreaterThan(8);
    for (const { ok, what, relMax, relL2 } of checks) if (!ok) wrong.push(`${what}: max ${relMax}, l2 ${relL2}`);
    await network.dispose();
  });
  return wrong;
}

describe('what was recorded comes out of the kernels', () => {
  it.each(RECORDED_NETWORKS)('%s', async (name) => {
    expect(await wrongOnes(await sharedGpu(), await readRecorded(name))).toEqual([]);
  });

  it('with whatever else of the device kernels may use', async () => {
    const gpu = await sharedGpu();
    const [, ...tiers] = offeredTiers(gpu.device.features).toReversed();
    expect(tiers, 'every software driver of the tests has subgroups').not.toEqual([]);
    const recorded = await readRecorded('elit-sit-e');
    for (const tier of tiers) expect(await wrongOnes(gpu, recorded, tier), tier).toEqual([]);
  });

  it('with the kernels that hardware starts with', async () => {
    const recorded = await readRecorded('sit-a');
    expect(await wrongOnes(await sharedGpu(), recorded, 'f32', { isSoftware: false })).toEqual([]);
  });

  it('on a device that was asked for no features and no more than the default limits', async () => {
    const gpu = await Gpu.open({ gpu: nodeGpu(), minimal: true });
    expect(await wrongOnes(gpu, await readRecorded('elit-sit-e'))).toEqual([]);
    gpu.dispose();
  });

  it('but not when one weight is another', async () => {
    const recorded = await readRecorded('sit-a');
    const { bytes } = recorded.weights.tensor('blocks.2.attn.proj.weight');
    new DataView(bytes.buffer, bytes.byteOffset).setFloat32(4 * 77, 0.5, true);
    const wrong = await wrongOnes(await sharedGpu(), recorded);
    expect(wrong.join()).toMatch(/tail_out.*velocity.*sample\./);
  });
});
