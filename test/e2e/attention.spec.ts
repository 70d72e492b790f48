import { expect, type Page, test } from '@playwright/test';
import { expectAccessible } from './axe.ts';
import { openWithFake } from './fake-engine.ts';
import { QUICK, StudioPage } from './studio-page.ts';

/** Where the latents look: with the fake engine the flow, with the real model the maps. */

const section = (page: Page) => page.locator('elit-attention');
const picture = (page: Page) => section(page).getByRole('application');
const readout = (page: Page) => section(page).locator('.readout');
const cells = (page: Page) => section(page).locator('td:not(:empty)');
const bars = (page: Page) => section(page).getByRole('list', { name: 'Share of each latent' }).getByRole('listitem');
const step = (page: Page) => section(page).getByRole('slider');
const show = (page: Page) => section(page).getByRole('combobox', { name: 'Show' });
const latent = (page: Page) => section(page).getByRole('combobox', { name: 'Of' });
const looking = (page: Page) => section(page).getByRole('progressbar');

const press = (page: Page, name: 'Look' | 'Look again') =>
  section(page).getByRole('button', { name, exact: true }).click();

/** The page with a picture drawn by the fake engine, and its latents looked at. */
async function looked(page: Page): Promise<StudioPage> {
  const studio = await openWithFake(page, { stepMs: 0 });
  await expect(studio.image).toHaveAttribute('data-state', 'done');
  await press(page, 'Look');
  await expect(picture(page)).toBeVisible();
  return studio;
}

test('nothing is looked at before it is asked for; then Read is shown by latent and by step', async ({ page }) => {
  await openWithFake(page, { stepMs: 0 });
  await expect(page.getByRole('heading', { name: 'Where the latents look' })).toBeVisible();
  expect(await page.evaluate(() => window.fakeLooks)).toBeUndefined();
  await press(page, 'Look');
  await expect(picture(page)).toHaveAccessibleName(/^What latent 1 reads, step 20\. Arrow keys/);
  await section(page).getByText('The numbers').click();
  await expect(cells(page)).toHaveCount(64);
  const numbers = await cells(page).allInnerTexts();
  expect(numbers.reduce((sum, number) => sum + Number(number), 0)).toBeCloseTo(400, 5); // four groups of 100 %
  // Latent 1 at step 20 looks at place 4 of each group: the first of its second row.
  expect(numbers.indexOf('62.5')).toBe(8);

  await step(page).fill('0');
  await expect(section(page).getByText('Step 1 of 20')).toBeVisible();
  expect((await cells(page).allInnerTexts()).indexOf('62.5')).toBe(1);
  await latent(page).selectOption('latent 12, left out of the core');
  expect((await cells(page).allInnerTexts()).indexOf('62.5')).toBe(24);
  await latent(page).selectOption('the first 8 together');
  await expect(picture(page)).toHaveAccessibleName(/^What the first 8 together reads/);
  await expect(section(page).locator('figcaption')).toContainText('10.0 %');
  await section(page).getByRole('button', { name: 'Hide' }).click();
  await expect(picture(page)).toHaveCount(0);
  expect(await page.evaluate(() => window.fakeLooks)).toBe(1);
});

test('Write is shown for a place, which the arrow keys and the pointer move', async ({ page }) => {
  await looked(page);
  await show(page).selectOption('Write, place by place');
  await expect(bars(page)).toHaveCount(16);
  await expect(bars(page).first()).toHaveText(/latent 1\s+11\.8 %\s*$/);
  await expect(bars(page).last()).toHaveText(/0\.7 %, left out of the core\s*$/);
  await expect(readout(page)).toHaveText('row 5, column 5: most of latent 1, 11.8 %');
  await picture(page).focus();
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowUp');
  await expect(readout(page)).toContainText('row 4, column 4');
  await expect(section(page).locator('.side > [aria-live]')).toContainText('row 4, column 4');
  await page.keyboard.press('Home');
  await expect(readout(page)).toContainText('row 4, column 1');
  const box = (await picture(page).boundingBox())!;
  await page.mouse.move(box.x + 0.95 * box.width, box.y + 0.05 * box.height);
  await expect(readout(page)).toContainText('row 1, column 8');
  await expect(section(page).locator('.side > [aria-live]')).toContainText('row 4, column 1'); // a mouse says nothing
});

test('a look gives way to a picture, can be cancelled, and is marked when another picture is drawn', async ({
  page,
}) => {
  const studio = await openWithFake(page, { stepMs: 10 });
  await expect(studio.image).toHaveAttribute('data-state', 'done');
  await press(page, 'Look');
  await expect(looking(page)).toBeVisible();
  await studio.budget.press('Home');
  await expect.poll(async () => (await studio.settings())?.budget).toBe(1);
  await expect(picture(page)).toBeVisible();
  expect(await page.evaluate(() => window.fakeLooks)).toBe(2);
  await expect(section(page)).toContainText('Of the picture before; look again.');
  await press(page, 'Look again');
  await section(page).getByRole('button', { name: 'Cancel' }).click();
  await expect(looking(page)).toHaveCount(0);
  await expect(section(page)).toContainText('Of the picture before; look again.');
  await press(page, 'Look again');
  await expect(looking(page)).toBeVisible();
  await expect(looking(page)).toHaveCount(0);
  await expect(section(page).getByRole('button', { name: 'Look again' })).toHaveCount(0);
  await expect(section(page)).not.toContainText('Of the picture before');
});

test('alone in a page: there on the processor, too, and without latents it is not', async ({ page }) => {
  await openWithFake(page, { stepMs: 0 });
  await expect(page.getByRole('heading', { name: 'Where the latents look' })).toBeVisible();
  await page.evaluate(async () => {
    const info = document.querySelector('elit-studio')!.shadowRoot!.querySelector('elit-attention')!.info!;
    const [onWasm, plain] = [document.createElement('elit-attention'), document.createElement('elit-attention')];
    onWasm.info = { ...info, backend: 'wasm' };
    plain.info = { ...info, network: { ...info.network, blocks: { head: 12, core: 0, tail: 0 } } };
    document.querySelector('main')!.replaceChildren(onWasm, plain);
    await Promise.all([onWasm.updateComplete, plain.updateComplete]);
  });
  await expect(section(page).getByRole('button')).toHaveText(['Look']);
  await expect(page.getByRole('heading', { name: 'Where the latents look' })).toHaveCount(1);
});

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [320, 1280]) {
    test(`fits ${width} px, ${colorScheme}, and axe finds nothing`, async ({ page }, info) => {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.setViewportSize({ width, height: 800 });
      await looked(page);
      await section(page).getByText('The numbers').click();
      for (const side of ['read', 'write']) {
        await show(page).selectOption(side);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
        await expectAccessible(page, { within: 'main' });
        await section(page).screenshot({ path: info.outputPath(`${side}.png`) });
      }
    });
  }
}

test('the real model: every map sums up, and the picture stays the one that was drawn', async ({ page }, info) => {
  const studio = new StudioPage(page);
  await page.goto(`./?${QUICK}&budget=4&seed=7&subject=cat+face&style=noto`);
  await studio.drawn({ budget: 4, steps: 4 });
  const pixels = await studio.pixels();
  await press(page, 'Look');
  await expect(picture(page)).toBeVisible({ timeout: 90_000 });
  await section(page).getByText('The numbers').click();
  const maps = new Set<string>();
  for (const index of [0, 1, 2, 3]) {
    await step(page).fill(String(index));
    await expect(section(page).getByText(`Step ${index + 1} of 4`)).toBeVisible();
    for (const of of ['latent 1', 'latent 16, left out of the core', 'the first 4 together']) {
      await latent(page).selectOption(of);
      const numbers = (await cells(page).allInnerTexts()).map(Number);
      const groups = numbers.length / 16;
      expect(Math.abs(numbers.reduce((sum, number) => sum + number, 0) - 100 * groups)).toBeLessThan(2 * groups);
      maps.add(numbers.join());
    }
  }
  expect(maps.size, 'latents differ, and so do steps').toBe(12);
  await latent(page).selectOption('latent 1');
  await section(page).screenshot({ path: info.outputPath('read.png') });
  await show(page).selectOption('write');
  await expect(bars(page)).toHaveCount(16);
  const shares = (await bars(page).allInnerTexts()).map((words) => Number(/([\d.]+) %/.exec(words)![1]));
  expect(Math.abs(shares.reduce((sum, share) => sum + share, 0) - 100)).toBeLessThan(1);
  await section(page).screenshot({ path: info.outputPath('write.png') });
  expect(await studio.pixels()).toEqual(pixels);
  expect(studio.complaints).toEqual([]);
});

test('the real model on the processor: every map sums up there, too', async ({ page }) => {
  const studio = new StudioPage(page);
  await page.goto('./?backend=wasm&steps=2&guidance=1&budget=4&seed=7&subject=cat+face&style=noto');
  await expect(studio.image).toHaveAttribute('data-state', 'done', { timeout: 90_000 });
  await expect(studio.image).toHaveAttribute('data-backend', 'wasm');
  await press(page, 'Look');
  await expect(picture(page)).toBeVisible({ timeout: 90_000 });
  await section(page).getByText('The numbers').click();
  await latent(page).selectOption('latent 1');
  const numbers = (await cells(page).allInnerTexts()).map(Number);
  expect(numbers).toHaveLength(64);
  expect(Math.abs(numbers.reduce((sum, number) => sum + number, 0) - 400)).toBeLessThan(8);
  expect(new Set(numbers).size).toBeGreaterThan(1);
  expect(studio.complaints).toEqual([]);
});
