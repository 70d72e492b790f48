import { readFile } from 'node:fs/promises';
import { describe, it } from 'vitest';
import { runBounds } from '../../src/cli/verify/recorded.ts';
import { parseManifest } from '../../src/model/manifest.ts';
import { Network } from '../../src/model/network.ts';
import { classIndex } from '../../src/model/subjects.ts';
import type { Guidance } from '../../src/sampling/guidance.ts';
import { Sampler } from '../../src/sampling/sampler.ts';
import { solve } from '../../src/sampling/solvers.ts';
import { expectClose } from '../support/compare.ts';
import { guarded, sharedGpu } from '../support/gpu.ts';
import { readSafetensors } from '../support/recorded.ts';

const MODEL = 'public/models/emoji-128';
const NONE: Guidance = { kind: 'none', scale: 1, budget: 1, interval: [0, 1] };

/** Four unguided steps each, that a software GPU gets done; a browser test does the twenty guided ones. */
describe('the bundled model draws what was recorded', async () => {
  const manifest = parseManifest(JSON.parse(await readFile(`${MODEL}/model.json`, 'utf8')));
  const golden = await readSafetensors('test/fixtures/emoji-128/samples.golden.safetensors');

  it.each([
    { index: 0, subject: 'cat face', style: 'noto' },
    { index: 1, subject: 'food-fruit', style: 'twemoji' },
  ])('$subject, $style, at budgets 1, 4 and 16', async ({ index, subject, style }) => {
    const gpu = await sharedGpu();
    await guarded(gpu, async () => {
      const network = await Network.load(gpu, manifest.config, await readSafetensors(`${MODEL}/elit.safetensors`));
      const sampler = new Sampler(gpu, network);
      for (const budget of [1, 4, 16]) {
        const run = await sampler.begin({
          noise: golden.float32(`${index}.noise`),
          label: classIndex(manifest, subject, style),
          nullLabel: manifest.nullClass,
          stages: solve('euler', 4),
          budget,
          guidance: NONE,
        });
        for (const stage of run.stages.keys()) run.submit(stage);
        const key = `${index}.quick_budget_${budget}.latents`;
        const options = { shape: golden.tensor(key).shape, bounds: runBounds(NONE) };
        expectClose(await run.latents(), golden.float32(key), key, options);
        run.dispose();
      }
      await sampler.dispose();
      await network.dispose();
    });
  });
});
