import { describe, expect, it } from 'vitest';
import { classIndex } from '../../src/model/subjects.ts';
import { expectClose } from '../support/compare.ts';
import { MODEL, readDrawings, readPageManifest } from '../support/page-model.ts';
import { readSafetensors } from '../support/recorded.ts';
import { ReferenceNetwork } from './network.ts';
import { sample } from './sampling.ts';

describe('the bundled model', async () => {
  const { manifest } = await readPageManifest();
  const { golden, drawings, first } = await readDrawings();
  const network = new ReferenceNetwork(manifest.config, await readSafetensors(`${MODEL}/elit.safetensors`));

  it.each(drawings)('gives $subject, $style its recorded class', ({ subject, style, class_index }) => {
    expect(classIndex(manifest, subject, style)).toBe(class_index);
  });

  it.each(first.quick.budgets)('draws the first quick run at budget %d', { timeout: 120_000 }, (budget) => {
    const latents = sample(network.velocity, {
      noise: golden.float32('0.noise'),
      label: first.class_index,
      nullLabel: manifest.nullClass,
      solver: 'euler',
      steps: first.quick.steps,
      budget,
      guidance: { kind: 'none', scale: 1, budget, interval: [0, 1] },
    });
    const key = `0.quick_budget_${budget}.latents`;
    expectClose(latents, golden.float32(key), key, { shape: golden.tensor(key).shape });
  });
});
