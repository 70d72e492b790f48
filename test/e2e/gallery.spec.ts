import { expect, type Page, test } from '@playwright/test';
import { testEveryLook } from './every-look.ts';
import { openWithFake } from './fake-engine.ts';

/** A sheet of the seeds that follow, and variations between two seeds; the engine is a fake. */

const tiles = (page: Page) => page.getByRole('list', { name: 'Pictures by seed' }).getByRole('listitem');
const drawn = (page: Page) => tiles(page).locator('canvas');
const tile = (page: Page, seed: number) => page.getByRole('button', { name: `Seed ${seed}`, exact: true });
const amount = (page: Page) => page.getByRole('slider', { name: 'How far' });
const towards = (page: Page) => page.getByRole('spinbutton', { name: 'Vary towards' });

test('the sheet fills with the seeds that follow; one of them becomes the picture’s', async ({ page }) => {
  const studio = await openWithFake(page, { stepMs: 0 });
  await studio.drawn({ seed: 7 });
  await page.getByRole('combobox', { name: 'How many' }).selectOption('16');
  await page.getByRole('button', { name: 'Draw 16 seeds' }).click();
  await expect(drawn(page)).toHaveCount(16);
  await expect(tile(page, 8)).toBeVisible();
  const calls = await page.evaluate(() => window.fakeCalls);
  expect(calls).toHaveLength(17);
  expect(calls.every(({ open, steps }) => open === 1 && steps === 20)).toBe(true);
  await tile(page, 23).press('Enter');
  await studio.drawn({ seed: 23 });
  await expect(studio.seed).toHaveValue('23');
  await expect(tile(page, 23)).toHaveAttribute('aria-current', 'true');
  await expect(page.getByText('with other settings')).toHaveCount(0);
  expect(studio.complaints).toEqual([]);
});

test('a sheet is cancelled, goes on where it was, and is marked once another setting changes', async ({ page }) => {
  const studio = await openWithFake(page, { stepMs: 5 });
  await studio.drawn();
  await page.getByRole('button', { name: 'Draw 8 seeds' }).click();
  await expect(drawn(page).nth(1)).toBeVisible();
  await page.locator('elit-gallery').getByRole('button', { name: 'Cancel' }).click();
  await expect(page.locator('elit-gallery')).toContainText('Stopped.');
  expect(await drawn(page).count()).toBeLessThan(8);
  await page.getByRole('button', { name: 'Go on with the seeds' }).click();
  await expect(drawn(page)).toHaveCount(8);
  await studio.steps.fill('4');
  await expect(page.locator('elit-gallery')).toContainText('drawn with other settings');
});

test('a variation moves with its slider, is in the address, comes back from it, and is undone as one', async ({
  page,
}) => {
  const studio = await openWithFake(page, { stepMs: 0 });
  await studio.drawn();
  await expect(amount(page)).toHaveCount(0);
  await towards(page).fill('11');
  await studio.drawn({ seed: 7, variation: { seed: 11, amount: 0.5 } });
  await expect(amount(page)).toHaveAttribute('aria-valuetext', '50 % towards seed 11');
  for (let press = 0; press < 5; press++) await amount(page).press('ArrowRight');
  await studio.drawn({ seed: 7, variation: { seed: 11, amount: 0.55 } });
  await expect(page.getByText('seed 7, 55 % towards 11')).toBeVisible();
  await expect.poll(() => new URL(page.url()).searchParams.get('variation')).toBe('11,0.55');
  await amount(page).press('Home');
  await studio.drawn({ variation: { seed: 11, amount: 0 } });
  await page.getByRole('button', { name: 'Undo' }).click();
  await studio.drawn({ variation: { seed: 11, amount: 0.55 } });
  await towards(page).fill('');
  await expect.poll(async () => (await studio.settings())?.variation).toBeUndefined();
  await expect.poll(() => new URL(page.url()).searchParams.has('variation')).toBe(false);
});

test('both ends of a variation are drawn once it was used and rests, and not again before the settings change', async ({
  page,
}) => {
  const studio = await openWithFake(page, { stepMs: 0 });
  await studio.drawn();
  const end = (seed: number, rest = '') =>
    page.getByRole('button', { name: `All of seed ${seed}${rest}`, exact: true });
  const asked = () => page.evaluate(() => window.fakeCalls.length);
  const seeds = (from: number) => page.evaluate((from) => window.fakeCalls.slice(from).map(({ seed }) => seed), from);
  await page.getByRole('button', { name: 'Draw 8 seeds' }).click();
  await page.getByRole('button', { name: 'Vary towards seed 12' }).click();
  await studio.drawn({ variation: { seed: 12, amount: 0.5 } });
  await expect(drawn(page)).toHaveCount(8);
  await expect(end(7)).toBeVisible();
  await expect(end(12).locator('canvas')).toHaveCount(1);
  const before = await asked();

  await amount(page).press('ArrowRight');
  await studio.drawn({ variation: { seed: 12, amount: 0.51 } });
  await page.waitForTimeout(700); // longer than a rest
  expect(await seeds(before)).toEqual([7]); // the picture itself, and not its ends
  await end(12).click();
  await studio.drawn({ variation: { seed: 12, amount: 1 } });
  await expect(end(12)).toHaveAttribute('aria-current', 'true');
  await expect(amount(page)).toHaveValue('1');
  await page.waitForTimeout(700);
  expect(await asked()).toBe(before + 2);

  await studio.budget.press('End');
  await studio.drawn({ budget: 16 });
  await expect(end(7, ': drawn with other settings')).toBeVisible();
  await amount(page).press('Home');
  await expect(end(7)).toBeVisible();
  await expect(end(12)).toBeVisible();
  expect(studio.complaints).toEqual([]);
});

test('a picture of the sheet is what to vary towards', async ({ page }) => {
  const studio = await openWithFake(page, { stepMs: 0 });
  await studio.drawn();
  await page.getByRole('button', { name: 'Draw 8 seeds' }).click();
  await page.getByRole('button', { name: 'Vary towards seed 12' }).click();
  await studio.drawn({ seed: 7, variation: { seed: 12, amount: 0.5 } });
  await expect(towards(page)).toHaveValue('12');
  for (const seed of [7, 12]) {
    await expect(
      page.getByRole('button', { name: `All of seed ${seed}`, exact: true }).locator('canvas'),
    ).toBeVisible();
  }
});

testEveryLook(async (page, info) => {
  const studio = await openWithFake(page, { stepMs: 0 });
  await studio.drawn();
  await page.getByRole('button', { name: 'Draw 8 seeds' }).click();
  await expect(drawn(page)).toHaveCount(8);
  await towards(page).fill('11');
  await expect(amount(page)).toBeVisible();
  await expect(page.getByRole('button', { name: 'All of seed 11', exact: true })).toBeVisible();
  await page.locator('elit-gallery').screenshot({ path: info.outputPath('gallery.png') });
});
