import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { parseManifest } from '../../src/model/manifest.ts';
import { classIndex } from '../../src/model/subjects.ts';
import { expectClose } from '../support/compare.ts';
import { readSafetensors } from '../support/recorded.ts';
import { ReferenceNetwork } from './network.ts';
import { sample } from './sampling.ts';

interface Recorded {
  readonly index: number;
  readonly subject: string;
  readonly style: string;
  readonly class_index: number;
  readonly quick?: { readonly steps: number; readonly budgets: readonly number[] };
}

describe('the bundled model', async () => {
  const folder = 'public/models/emoji-128';
  const manifest = parseManifest(JSON.parse(await readFile(`${folder}/model.json`, 'utf8')));
  const golden = await readSafetensors('test/fixtures/emoji-128/samples.golden.safetensors');
  const network = new ReferenceNetwork(manifest.config, await readSafetensors(`${folder}/elit.safetensors`));
  const runs: Recorded[] = JSON.parse(golden.metadata.runs ?? '[]');

  it.each(runs)('gives $subject, $style its recorded class', ({ subject, style, class_index }) => {
    expect(classIndex(manifest, subject, style)).toBe(class_index);
  });

  const [first] = runs;
  it.each(first?.quick?.budgets ?? [])('draws the first quick run at budget %d', { timeout: 120_000 }, (budget) => {
    const latents = sample(network.velocity, {
      noise: golden.float32('0.noise'),
      label: first!.class_index,
      nullLabel: manifest.nullClass,
      solver: 'euler',
      steps: first!.quick!.steps,
      budget,
      guidance: { kind: 'none', scale: 1, budget, interval: [0, 1] },
    });
    const key = `0.quick_budget_${budget}.latents`;
    expectClose(latents, golden.float32(key), key, { shape: golden.tensor(key).shape });
  });
});
