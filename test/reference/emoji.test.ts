import { describe, it } from 'vitest';
import { expectClose } from '../support/compare.ts';
import { readDrawings, readPageNetwork } from '../support/page-model.ts';
import { ReferenceNetwork } from './network.ts';
import { sample } from './sampling.ts';

describe('the bundled model', async () => {
  const { manifest, weights, labels } = await readPageNetwork();
  const { golden, first } = await readDrawings();
  const network = new ReferenceNetwork(manifest.config, weights);

  it.each(first.quick.budgets)('draws the first quick run at budget %d', { timeout: 120_000 }, (budget) => {
    const latents = sample(network.velocity, {
      noise: golden.float32('0.noise'),
      label: labels.of(first.subject, first.style).reference,
      nullLabel: labels.none.reference,
      solver: 'euler',
      steps: first.quick.steps,
      budget,
      guidance: { kind: 'none', scale: 1, budget, interval: [0, 1] },
    });
    const key = `0.quick_budget_${budget}.latents`;
    expectClose(latents, golden.float32(key), key, { shape: golden.tensor(key).shape });
  });
});
