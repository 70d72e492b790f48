import { readFile } from 'node:fs/promises';
import { expect, type Page, test } from '@playwright/test';
import type { Metrics } from '../../src/generator/types.ts';
import { parseManifest } from '../../src/model/manifest.ts';
import { expectAccessible } from './axe.ts';
import { openWithFake } from './fake-engine.ts';
import { QUICK, StudioPage } from './studio-page.ts';

/** One seed along a setting, as a strip and as a plot. The fake engine's discs grow with the budget. */

const thumbnails = (page: Page) => page.locator('elit-budget-strip').getByRole('button');
const dots = (page: Page) => page.locator('elit-quality-plot .dot');
const stop = (page: Page) => page.locator('elit-trade-off').getByRole('button', { name: 'Cancel' });
const further = (page: Page) => page.getByRole('group', { name: 'Draw these too' }).getByRole('button');
const quality = (page: Page) => page.getByRole('combobox', { name: 'Quality' });
const drawn = (page: Page) => page.locator('elit-budget-strip canvas');

test('every budget is drawn, full first, one at a time; a picture and a point jump there', async ({ page }) => {
  const studio = await openWithFake(page, { stepMs: 0 });
  await expect(studio.image).toHaveAttribute('data-state', 'done');
  await expect(thumbnails(page)).toHaveCount(0);
  await page.getByRole('button', { name: 'Draw every budget' }).click();
  await expect(drawn(page)).toHaveCount(16);
  const calls = await page.evaluate(() => window.fakeCalls);
  expect(calls.map(({ budget }) => budget)).toEqual([8, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
  expect(calls.every(({ open, steps }) => open === 1 && steps === 20)).toBe(true);
  await expect(thumbnails(page).last()).toHaveAccessibleName(/^budget 16: .* ms, SSIM 1\.000$/);
  await expect(thumbnails(page).first()).toHaveAccessibleName(/^budget 1: .* ms, SSIM 0\.\d{3}$/);

  await thumbnails(page).nth(2).press('Enter');
  await expect(studio.budget).toHaveValue('3');
  await expect.poll(async () => (await studio.settings())?.budget).toBe(3);
  await expect(thumbnails(page).nth(2)).toHaveAttribute('aria-current', 'true');
  await dots(page).nth(11).press('Enter');
  await expect(studio.budget).toHaveValue('12');
  await expect(dots(page).nth(11)).toHaveAttribute('aria-current', 'true');
  await expect(page.locator('elit-quality-plot').getByRole('row')).toHaveCount(17);
});

test("the user's own picture goes before the strip, which goes on after it", async ({ page }) => {
  const studio = await openWithFake(page, { stepMs: 10 });
  await expect(studio.image).toHaveAttribute('data-state', 'done');
  await page.getByRole('button', { name: 'Draw every budget' }).click();
  await expect(drawn(page).nth(1)).toBeVisible();
  await studio.budget.press('Home');
  await expect.poll(async () => (await studio.settings())?.budget).toBe(1);
  expect(await drawn(page).count()).toBeLessThan(16);
  await expect(drawn(page)).toHaveCount(16);
  const calls = await page.evaluate(() => window.fakeCalls);
  expect(calls.every(({ open }) => open === 1)).toBe(true);
  await expect.poll(async () => (await studio.settings())?.budget).toBe(1);
});

test('another seed stops the strip and marks it; cancelled, it goes on where it was', async ({ page }) => {
  const studio = await openWithFake(page, { stepMs: 10 });
  await expect(studio.image).toHaveAttribute('data-state', 'done');
  await page.getByRole('button', { name: 'Draw every budget' }).click();
  await expect(drawn(page).nth(1)).toBeVisible();
  await stop(page).click();
  await page.getByRole('button', { name: 'Go on' }).click();
  await expect(drawn(page).nth(3)).toBeVisible();
  await studio.seed.fill('8');
  await expect(page.locator('elit-trade-off')).toContainText('These pictures are of other settings');
  await expect(page.locator('elit-budget-strip')).toHaveAttribute('old');
  await expect(page.getByRole('button', { name: 'Draw every budget' })).toBeVisible();
  await expect.poll(async () => (await studio.settings())?.seed).toBe(8);
  expect(await drawn(page).count()).toBeLessThan(16);
});

test('along the steps; as files', async ({ page }) => {
  const studio = await openWithFake(page, { stepMs: 0 });
  await expect(studio.image).toHaveAttribute('data-state', 'done');
  await page.getByRole('combobox', { name: 'Along' }).selectOption('steps');
  await page.getByRole('button', { name: 'Draw several step counts' }).click();
  await expect(drawn(page)).toHaveCount(8);
  await thumbnails(page).first().click();
  await expect(studio.steps).toHaveValue('4');
  expect(await saved(page, 'CSV')).toMatch(/^steps,latency_ms,ssim_to_full_budget,on_pareto_front\n4,/);
  expect(await saved(page, 'SVG')).toMatch(/^<svg xmlns=[\s\S]*<\/svg>\n$/);
  expect((await saved(page, 'PNG')).slice(1, 4)).toBe('PNG');
});

test('another kind of guidance is drawn beside the strip; its points bring it back', async ({ page }) => {
  const studio = await openWithFake(page, { stepMs: 0 });
  await expect(studio.image).toHaveAttribute('data-state', 'done');
  await page.getByRole('button', { name: 'Draw every budget' }).click();
  await expect(dots(page)).toHaveCount(16);
  await expect(further(page)).toHaveText(['No guidance', 'CCFG', 'Autoguidance']);
  await page.evaluate(() => window.fakeCalls.splice(0));
  await further(page).filter({ hasText: 'CCFG' }).click();
  await expect(dots(page)).toHaveCount(32);
  await expect(further(page)).toHaveText(['No guidance', 'Autoguidance']);
  const calls = await page.evaluate(() => window.fakeCalls);
  expect(calls.map(({ budget }) => budget)).toEqual([16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
  expect(calls.every(({ open, guidance }) => open === 1 && guidance === 'ccfg')).toBe(true);
  await expect(page.getByRole('list', { name: 'Series' }).getByRole('listitem')).toHaveText(['CFG', 'CCFG']);
  await expect(dots(page).nth(7)).toHaveAttribute('aria-current', 'true'); // budget 8, as it was

  const point = page.getByRole('button', { name: /^CCFG, budget 3: / });
  await point.press('Enter');
  await studio.drawn({ budget: 3, guidance: { kind: 'ccfg', scale: 2.5, budget: 1, interval: [0, 1] } });
  await expect(point).toHaveAttribute('aria-current', 'true');
  await expect(page.locator('.dot[aria-current]')).toHaveCount(1);
  await expect(page.locator('elit-budget-strip')).not.toHaveAttribute('old');
  await page.getByRole('button', { name: /^CFG, budget 5: / }).press('Enter'); // the discs of both kinds are alike
  await studio.drawn({ budget: 5, guidance: { kind: 'cfg', scale: 2.5, budget: 1, interval: [0, 1] } });

  const csv = (await saved(page, 'CSV')).trimEnd().split('\n');
  expect(csv[0]).toBe('budget,latency_ms,ssim_to_full_budget,on_pareto_front,guidance');
  expect(csv).toHaveLength(33);
  expect(csv.filter((line) => line.endsWith(',CCFG'))).toHaveLength(16);
  expect(await saved(page, 'SVG')).toContain('>CCFG</text>');
  expect((await saved(page, 'PNG')).slice(1, 4)).toBe('PNG');
  expect(page.workers().filter((worker) => /similarity/.test(worker.url()))).toHaveLength(1);
  expect(studio.complaints).toEqual([]);
});

test('a further series tells how far it is, can be cancelled, and goes on', async ({ page }) => {
  const studio = await openWithFake(page, { stepMs: 5 });
  await studio.steps.fill('2');
  await expect.poll(async () => (await studio.settings())?.steps).toBe(2);
  await page.getByRole('button', { name: 'Draw every budget' }).click();
  await expect(dots(page)).toHaveCount(16);
  await studio.steps.press('Tab');
  await further(page).filter({ hasText: 'Autoguidance' }).click();
  await expect(page.getByText('Drawing every budget: Autoguidance')).toBeVisible();
  await expect(page.getByRole('button', { name: /^Autoguidance, budget 15: / })).toBeVisible();
  await stop(page).click();
  await expect(page.locator('elit-trade-off')).toContainText('Stopped.');
  const before = await dots(page).count();
  expect(before).toBeLessThan(32);
  await further(page).filter({ hasText: 'Go on: Autoguidance' }).click();
  await expect(dots(page)).toHaveCount(32);
  await studio.seed.fill('8');
  await expect(page.locator('elit-budget-strip')).toHaveAttribute('old');
  await expect(further(page)).toHaveCount(0);
});

test('the figures that a model comes with take the place of the likeness', async ({ page }) => {
  const guidance = { kind: 'cfg', scale: 2.5, budget: 1, interval: [0, 1] } as const;
  const run = (budget: number, value: number): Metrics['runs'][number] => {
    return { budget, steps: 20, guidance, figures: { frechet: { value, low: value - 2, high: value + 2 } } };
  };
  const metrics: Metrics = { samples: 1000, runs: [run(1, 40), run(4, 20), run(16, 12)] };
  const studio = await openWithFake(page, { stepMs: 0, metrics });
  await expect(studio.image).toHaveAttribute('data-state', 'done');
  await page.getByRole('button', { name: 'Draw every budget' }).click();
  await expect(dots(page)).toHaveCount(16);
  await quality(page).selectOption('Fréchet distance');
  await expect(dots(page)).toHaveCount(3);
  await expect(dots(page).nth(1)).toHaveAccessibleName('budget 4: 83 ms, Fréchet distance 20.00');
  await expect(dots(page).nth(2)).toHaveAttribute('data-front'); // as fast as the others, and the least
  await expect(page.locator('elit-trade-off')).toContainText('at 20 steps with guidance 2.5');
  expect(await saved(page, 'CSV')).toMatch(
    /^budget,latency_ms,frechet,on_pareto_front,frechet_low,frechet_high\n1,83,40,false,38,42\n/,
  );
  await dots(page).nth(1).click();
  await expect(studio.budget).toHaveValue('4');
  await expectAccessible(page, { within: 'main' });
  await quality(page).selectOption('SSIM, this seed');
  await expect(dots(page)).toHaveCount(16);
});

test('without figures of the model there is no choice of quality', async ({ page }) => {
  const studio = await openWithFake(page, { stepMs: 0 });
  await expect(studio.image).toHaveAttribute('data-state', 'done');
  await page.getByRole('button', { name: 'Draw every budget' }).click();
  await expect(dots(page)).toHaveCount(16);
  await expect(quality(page)).toHaveCount(0);
});

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [320, 1280]) {
    test(`fits ${width} px, ${colorScheme}, and axe finds nothing`, async ({ page }, info) => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 800 });
      const studio = await openWithFake(page, { stepMs: 0, isVaried: true });
      await expect(studio.image).toHaveAttribute('data-state', 'done');
      await page.getByRole('button', { name: 'Draw every budget' }).click();
      await expect(drawn(page)).toHaveCount(16);
      for (const series of ['No guidance', 'CCFG', 'Autoguidance']) {
        await further(page).filter({ hasText: series }).click();
      }
      await expect(dots(page)).toHaveCount(64);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      await expectAccessible(page, { within: 'main' });
      await page.locator('elit-trade-off').screenshot({ path: info.outputPath('trade-off.png') });
    });
  }
}

test('the real model: less budget is further from the full one', async ({ page }) => {
  const studio = new StudioPage(page);
  await page.goto(`./?${QUICK}&steps=2&budget=16&seed=7`.replace('steps=4&', ''));
  await studio.drawn({ budget: 16, steps: 2 });
  await page.getByRole('button', { name: 'Draw every budget' }).click();
  await expect(drawn(page).nth(2)).toBeVisible({ timeout: 90_000 });
  await stop(page).click();
  await expect(thumbnails(page).nth(15)).toHaveAccessibleName(/SSIM 1\.000$/);
  await expect(thumbnails(page).nth(13)).toHaveAccessibleName(/SSIM 0\.\d{3}$/);
  expect(studio.complaints).toEqual([]);
});

test('the real model: what it scored before it was published is plotted against the latency here', async ({ page }) => {
  const { metrics } = parseManifest(JSON.parse(await readFile('public/models/emoji-128/model.json', 'utf8')));
  const scored = metrics!.runs.filter(({ steps, guidance }) => steps === 20 && guidance.kind === 'cfg');
  expect(metrics!.samples).toBeGreaterThanOrEqual(1000);
  const studio = new StudioPage(page);
  await page.goto('./?backend=wasm&steps=20&guidance=2.5&budget=16&seed=7');
  await expect(studio.image).toHaveAttribute('data-state', 'done', { timeout: 90_000 });
  await page.getByRole('button', { name: 'Draw every budget' }).click();
  await expect(drawn(page)).toHaveCount(16, { timeout: 90_000 });
  await quality(page).selectOption('Fréchet distance');
  await expect(dots(page)).toHaveCount(scored.length);
  for (const [place, { budget, figures }] of scored.entries()) {
    const name = new RegExp(`^budget ${budget}: .* ms, Fréchet distance ${figures.frechet!.value.toPrecision(4)}$`);
    await expect(dots(page).nth(place)).toHaveAccessibleName(name);
  }
  await expect(quality(page).getByRole('option')).toHaveCount(11);
  expect(studio.complaints).toEqual([]);
});

/** What the browser saves as the plot, as Latin-1. */
async function saved(page: Page, kind: string): Promise<string> {
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: `Save the plot as ${kind}` }).click();
  return readFile(await (await download).path(), 'latin1');
}
