import { expect, type Page, test } from '@playwright/test';
import { expectAccessible } from './axe.ts';
import { openWithFake } from './fake-engine.ts';
import { serveSmallModel } from './small-model.ts';
import { StudioPage } from './studio-page.ts';

/** What a picture's time went into. */

const split = (page: Page) => page.locator('elit-latency-split');
const rows = (page: Page) => split(page).getByRole('listitem');
const summary = (page: Page) => split(page).getByText('Where the time goes');

test('is sampled while it is open and nothing is drawn, once for the same costs', async ({ page }, info) => {
  const studio = await openWithFake(page, { stepMs: 0, saidMs: 6, timestamps: true });
  await studio.drawn();
  await page.waitForTimeout(1200);
  expect(await page.evaluate(() => window.fakeSplits)).toBe(0);
  await summary(page).focus();
  await page.keyboard.press('Enter');
  await expect(rows(page)).toHaveText([/^\s*Sampling/, /^\s*Decoding/, /^\s*The rest/]);
  await expect(rows(page)).toHaveCount(8);
  await expect(rows(page).nth(3)).toContainText(/Core\s*40 ms\s*\d+ %/);
  await page.screenshot({ path: info.outputPath('split.png') });
  await studio.newSeed.click();
  await studio.drawn({ seed: Number(await studio.seed.inputValue()) });
  await page.waitForTimeout(1200);
  expect(await page.evaluate(() => window.fakeSplits)).toBe(1);
  await studio.budget.press('Home');
  await studio.drawn({ budget: 1 });
  await expect.poll(() => page.evaluate(() => window.fakeSplits)).toBe(2);
  await expect(split(page)).toContainText('at budget 1.');
});

test('is not sampled while a picture is drawn', async ({ page }) => {
  const studio = await openWithFake(page, { stepMs: 100, timestamps: true });
  await studio.drawn();
  await summary(page).click();
  await studio.newSeed.click();
  await page.waitForTimeout(1200);
  expect(await studio.state()).toBe('busy');
  expect(await page.evaluate(() => window.fakeSplits)).toBe(0);
});

test('without timestamps it says so, and shows what is known', async ({ page }) => {
  const studio = await openWithFake(page, { stepMs: 0, timestamps: false });
  await studio.drawn();
  await summary(page).click();
  await expect(split(page)).toContainText('This GPU has no timestamps');
  await expect(rows(page)).toHaveCount(3);
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`fits 320 px, ${colorScheme}, and axe finds nothing`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width: 320, height: 800 });
    await (await openWithFake(page, { stepMs: 0, timestamps: true })).drawn();
    await summary(page).click();
    await expect(rows(page)).toHaveCount(8);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
    await expectAccessible(page, { within: 'main' });
  });
}

test('a small model on our kernels: every part has its time, or the GPU none', async ({ page }) => {
  const studio = new StudioPage(page);
  const address = await serveSmallModel(page);
  await page.goto(`./?backend=webgpu&model=${address}`);
  await studio.drawn();
  const hasTimestamps = await page.evaluate(
    async () => (await navigator.gpu.requestAdapter())?.features.has('timestamp-query') === true,
  );
  await summary(page).click();
  if (hasTimestamps) {
    await expect(rows(page)).toContainText(
      ['Conditioning', 'Head', 'Read', 'Core', 'Write', 'Tail', 'Decode', 'The rest'],
      {
        timeout: 60_000,
      },
    );
    expect(await studio.settings()).not.toBeNull();
    await studio.newSeed.click();
    await studio.drawn({ seed: Number(await studio.seed.inputValue()) });
  } else {
    await expect(split(page)).toContainText('This GPU has no timestamps', { timeout: 60_000 });
  }
  expect(studio.complaints).toEqual([]);
});
