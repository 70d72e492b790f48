import { expect, type Page, test } from '@playwright/test';
import { scarceMemory } from '../support/scarce-memory.ts';
import { AS_HARDWARE, beforeWorkers } from './in-workers.ts';
import { StudioPage } from './studio-page.ts';

/** A GPU whose memory is too short, in steps: less at a time, and in the end the processor. */

/** For a worker: no memory for buffers whose label passes `self.scarce`, which has this value at first. */
const scarce = (label: RegExp) => `self.scarce = ${label}; (${scarceMemory})((label) => self.scarce.test(label));`;

test('without memory for both calls of guidance the GPU draws with one at a time', async ({ page }) => {
  await beforeWorkers(page, scarce(/×2$/));
  const studio = new StudioPage(page);
  await page.goto('./?backend=webgpu&steps=2&guidance=2&budget=1');
  await studio.drawn({ steps: 2, budget: 1 });
  await expect(studio.alert).toHaveCount(0);
  await studio.seed.fill('-1');
  await expect(studio.alert).toContainText(
    'to save memory: the calls of guidance are made one at a time, because: The GPU has no memory left',
  );
  expect(studio.complaints).toEqual([]);
});

test('without memory for the model at all the CPU draws, and the page says why', async ({ page }) => {
  await beforeWorkers(page, `${AS_HARDWARE}\n${scarce(/×\d$/)}`);
  const studio = new StudioPage(page);
  await page.goto('./?steps=2&guidance=2&budget=1');
  await expectCpu(page, studio);
  expect(studio.complaints).toEqual([]);
});

test('when memory runs out later, the CPU finishes the image', async ({ page }) => {
  await beforeWorkers(page, `${AS_HARDWARE}\n${scarce(/$^/)}`);
  const studio = new StudioPage(page);
  await page.goto('./?steps=2&guidance=1&budget=1');
  const before = await studio.drawn();
  const worker = page.workers().find((one) => /\/worker-/.test(one.url()));
  await worker!.evaluate('self.scarce = /^(modulation|time features)/'); // another class needs the second
  await studio.seed.fill('100');
  await studio.steps.fill('3');
  await expect(page.getByText('The GPU could not go on. Now the CPU draws.')).toBeVisible({ timeout: 60_000 });
  await expect.poll(() => studio.settings()).toEqual({ ...before, seed: 100, steps: 3 });
  await studio.seed.fill('101');
  await expectCpu(page, studio);
  expect(studio.complaints).toEqual([]);
});

async function expectCpu(page: Page, studio: StudioPage): Promise<void> {
  await expect(studio.image).toHaveAttribute('data-backend', 'wasm', { timeout: 60_000 });
  await expect(studio.image).toHaveAttribute('data-state', 'done');
  await expect(page.getByText('Drawn by the CPU: the GPU ran out of memory.')).toBeVisible();
  await expect(studio.alert).toHaveCount(0);
}
