import { describe, expect, it } from 'vitest';
import { runBounds } from '../../src/cli/verify/recorded.ts';
import { defaultVariants, type Tier } from '../../src/kernels/variants.ts';
import { Network } from '../../src/model/network.ts';
import { offeredTiers } from '../../src/model/tier.ts';
import type { Guidance } from '../../src/sampling/guidance.ts';
import { Sampler } from '../../src/sampling/sampler.ts';
import { solve } from '../../src/sampling/solvers.ts';
import { expectClose } from '../support/compare.ts';
import { guarded, sharedGpu } from '../support/gpu.ts';
import { readDrawings, readPageNetwork } from '../support/page-model.ts';

const NONE: Guidance = { kind: 'none', scale: 1, budget: 1, interval: [0, 1] };

/** What float16 arithmetic may change of an image's latents; see docs/decisions/12-tiers-and-checks.md. */
const HALF_BOUNDS = { max: 5e-3, l2: 2e-3 };
const boundsOn = (tier: Tier) => (tier.startsWith('f16') ? HALF_BOUNDS : runBounds(NONE));

/** Four unguided steps each, that a software GPU gets done; a browser test does the twenty guided ones. */
describe('the bundled model draws what was recorded', async () => {
  const { manifest, weights, labels } = await readPageNetwork();
  const { golden, first, second } = await readDrawings();

  it.each([
    { ...first, by: 'float32 alone' },
    { ...second, by: 'whatever else the device has' },
  ])('$subject, $style, at budgets 1, 4 and 16, by $by', async ({ index, subject, style, by }) => {
    const gpu = await sharedGpu();
    const offered = offeredTiers(gpu.device.features);
    const tiers = offered.filter((tier) => (tier === 'f32') === (by === 'float32 alone'));
    expect(tiers, 'every software driver of the tests has subgroups').not.toEqual([]);
    for (const tier of tiers) {
      await guarded(gpu, async () => {
        const network = await Network.load(gpu, manifest.config, weights, defaultVariants(tier, gpu));
        const sampler = new Sampler(gpu, network);
        for (const budget of [1, 4, 16]) {
          const run = await sampler.begin({
            noise: golden.float32(`${index}.noise`),
            label: labels.of(subject, style).network,
            nullLabel: labels.none.network,
            stages: solve('euler', 4),
            budget,
            guidance: NONE,
          });
          for (const stage of run.stages.keys()) run.submit(stage);
          const key = `${index}.quick_budget_${budget}.latents`;
          const options = { shape: golden.tensor(key).shape, bounds: boundsOn(tier) };
          expectClose(await run.latents(), golden.float32(key), `${key} on ${tier}`, options);
          run.dispose();
        }
        await sampler.dispose();
        await network.dispose();
      });
    }
  });
});
