import { readFile } from 'node:fs/promises';
import { expect, type Page, test } from '@playwright/test';
import { strToU8, unzipSync, zipSync } from 'fflate';
import { readPictureSettings } from '../../src/generator/picture-settings.ts';
import { favouritePng } from '../support/favourite-png.ts';
import { expectAccessible } from './axe.ts';
import { testEveryLook } from './every-look.ts';
import { openWithFake } from './fake-engine.ts';

/** Pictures that are kept on this device, taken along as a zip, and brought back from one; the engine is a fake. */

const panel = (page: Page) => page.getByRole('region', { name: 'Favourites' });
const kept = (page: Page) => panel(page).getByRole('listitem');
const heart = (page: Page) => page.getByRole('button', { name: 'Keep in favourites' });
const ZIP = { name: 'mine.zip', mimeType: 'application/zip' };

async function choose(page: Page, buffer: Uint8Array) {
  await panel(page)
    .locator('input')
    .setInputFiles({ ...ZIP, buffer: Buffer.from(buffer) });
}

test('a heart keeps the picture over a reload, and the favourite draws it again', async ({ page }) => {
  const studio = await openWithFake(page, { stepMs: 0 });
  await studio.drawn({ seed: 7 });
  await expect(panel(page)).toContainText('Press the heart on a picture');
  await expect(heart(page)).toHaveAttribute('aria-pressed', 'false');
  await heart(page).press('Enter');
  await expect(heart(page)).toHaveAttribute('aria-pressed', 'true');
  await expect(kept(page)).toHaveCount(1);
  await studio.seed.fill('8');
  await studio.drawn({ seed: 8 });
  await expect(heart(page)).toHaveAttribute('aria-pressed', 'false');

  const again = await openWithFake(page, { stepMs: 0 });
  await again.drawn({ seed: 7 });
  await expect(heart(page)).toHaveAttribute('aria-pressed', 'true');
  await expect(kept(page)).toHaveCount(1);
  await expect(panel(page)).toContainText('1 picture kept on this device.');
  const tile = kept(page).getByRole('button', { name: /^Draw again: cat face, noto · seed 7 · 20 steps/ });
  await expect(tile).toHaveAttribute('aria-current', 'true');
  expect(
    await tile.locator('img').evaluate((image: HTMLImageElement) => image.decode().then(() => image.naturalWidth)),
  ).toBe(64);
  await again.seed.fill('9');
  await again.steps.fill('4');
  await again.drawn({ seed: 9, steps: 4 });
  await expect(tile).not.toHaveAttribute('aria-current');
  await tile.click();
  await again.drawn({ seed: 7, steps: 20 });
  expect(again.complaints).toEqual([]);
});

test('hearts on the sheet of seeds keep those, in every tab', async ({ page, context }) => {
  const studio = await openWithFake(page, { stepMs: 0 });
  await studio.drawn();
  const other = await context.newPage();
  await (await openWithFake(other, { stepMs: 0 })).drawn();
  await page.getByRole('button', { name: 'Draw 8 seeds' }).click();
  for (const seed of [9, 12]) await page.getByRole('button', { name: `Keep seed ${seed} in favourites` }).click();
  for (const tab of [page, other]) {
    await expect(kept(tab)).toHaveCount(2);
    await expect(kept(tab).first()).toContainText('seed 12');
  }
  await kept(other).first().getByRole('button', { name: 'Remove from favourites' }).click();
  await expect(kept(page)).toHaveCount(1);
  await expect(page.getByRole('button', { name: 'Keep seed 12 in favourites' })).toHaveAttribute(
    'aria-pressed',
    'false',
  );
});

test('what is removed can be put back, and the keyboard stays where it was', async ({ page }) => {
  const studio = await openWithFake(page, { stepMs: 0 });
  await studio.drawn();
  await choose(page, zipSync(Object.fromEntries([1, 2, 3].map((seed) => [`${seed}.png`, favouritePng({ seed })]))));
  await expect(panel(page)).toContainText('3 pictures imported.');
  const remove = kept(page).getByRole('button', { name: 'Remove from favourites' });
  await remove.nth(1).press('Enter');
  await expect(kept(page)).toHaveCount(2);
  await expect(remove.nth(1)).toBeFocused();
  await expect(panel(page)).toContainText('Removed: pizza, twemoji · seed 2');
  await panel(page).getByRole('button', { name: 'Put it back' }).click();
  await expect(kept(page)).toHaveCount(3);
  await expect(kept(page).nth(1)).toContainText('seed 2');
  await expect(panel(page).getByRole('button', { name: 'Put it back' })).toHaveCount(0);
  await remove.first().dblclick();
  await expect(kept(page)).toHaveCount(2);
  await remove.first().press('Enter');
  await expect(kept(page)).toHaveCount(1);
  await panel(page).getByRole('button', { name: 'Put 2 back' }).click();
  await expect(kept(page)).toHaveCount(3);
});

test('a zip takes them all along, and brings them back where there are none', async ({ page }) => {
  const studio = await openWithFake(page, { stepMs: 0 });
  await studio.drawn({ seed: 7 });
  await heart(page).click();
  await studio.seed.fill('8');
  await studio.drawn({ seed: 8 });
  await heart(page).click();
  await expect(kept(page)).toHaveCount(2);
  const download = page.waitForEvent('download');
  await panel(page).getByRole('button', { name: 'Export zip' }).click();
  const file = await download;
  expect(file.suggestedFilename()).toMatch(/^elit-favourites-\d{4}-\d\d-\d\d\.zip$/);
  const zip = await readFile((await file.path())!);
  const files = Object.entries(unzipSync(zip));
  expect(files.map(([name, png]) => [name, readPictureSettings(png).settings.seed])).toEqual([
    ['cat-face-noto-8-budget-8.png', 8],
    ['cat-face-noto-7-budget-8.png', 7],
  ]);
  for (const _ of files) await kept(page).first().getByRole('button', { name: 'Remove from favourites' }).click();
  await expect(kept(page)).toHaveCount(0);
  await expect(panel(page).getByRole('button', { name: 'Export zip' })).toBeDisabled();
  await choose(page, zip);
  await expect(panel(page)).toContainText('2 pictures imported.');
  await expect(kept(page).first()).toContainText('seed 8');
  await choose(page, zip);
  await expect(panel(page)).toContainText('0 pictures imported, 2 already there.');
  await expect(kept(page)).toHaveCount(2);
});

test('a zip is dropped anywhere; what is no favourite is left out, and a bad file refused in words', async ({
  page,
}) => {
  const studio = await openWithFake(page, { stepMs: 0 });
  await studio.drawn();
  const mixed = zipSync({ 'a.png': favouritePng(), 'b.png': strToU8('no picture'), 'broken.png': broken() });
  await page.evaluate((bytes) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([new Uint8Array(bytes)], 'mine.zip', { type: 'application/zip' }));
    const field = document.querySelector('elit-studio')!.shadowRoot!.querySelector('elit-start-picture')!;
    const over = field.shadowRoot!.querySelector('section > *')!; // it takes pictures, and only these
    over.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, composed: true, cancelable: true }));
  }, Array.from(mixed));
  await expect(panel(page)).toContainText('1 picture imported, 2 are not from this page.');
  await expect(page.getByRole('region', { name: 'Start from a picture' })).not.toContainText('mine.zip');
  await expect(page.getByRole('region', { name: 'Share' })).not.toContainText('PNG that was downloaded');
  for (const [bytes, words] of [
    [new Uint8Array(), 'no zip, or a damaged one'],
    [favouritePng(), 'no zip, or a damaged one'],
    [zipSync({ 'a.txt': strToU8('a') }), 'no picture of this page'],
  ] as const) {
    await choose(page, bytes);
    await expect(panel(page)).toContainText(words);
    await expect(kept(page)).toHaveCount(1);
  }
  expect(studio.complaints).toEqual([]);
});

test('an import can be cancelled, and then nothing of it is kept', async ({ page }) => {
  const studio = await openWithFake(page, { stepMs: 0 });
  await studio.drawn();
  await page.evaluate(() => {
    const decode = window.createImageBitmap.bind(window) as (blob: Blob) => Promise<ImageBitmap>;
    const slowly = (blob: Blob) => new Promise((go) => setTimeout(go, 20)).then(() => decode(blob));
    Object.assign(window, { createImageBitmap: slowly });
  });
  const many = Array.from({ length: 2000 }, (_, seed) => [`${seed}.png`, favouritePng({ seed })] as const);
  await choose(page, zipSync(Object.fromEntries(many), { level: 0 }));
  await expect(panel(page).getByRole('progressbar', { name: 'Importing favourites' })).toBeVisible();
  await panel(page).getByRole('button', { name: 'Cancel' }).press('Enter');
  await expect(panel(page)).toContainText('Nothing was imported.');
  await expect(panel(page).getByRole('button', { name: 'Import zip' })).toBeFocused();
  await expect(kept(page)).toHaveCount(0);
});

test('a favourite of another model is shown and kept, and says why it is not drawn', async ({ page }) => {
  const studio = await openWithFake(page, { stepMs: 0 });
  await studio.drawn({ seed: 7 });
  await choose(page, zipSync({ 'a.png': favouritePng({ seed: 3 }, 'other') }));
  await expect(kept(page)).toHaveCount(1);
  await kept(page).getByRole('button', { name: 'Draw again' }).click();
  await expect(panel(page)).toContainText('“other” drew this picture; the model here is “fake”.');
  await expect(studio.seed).toHaveValue('7');
});

test('without a place to keep anything the heart says so, and the page goes on', async ({ page }) => {
  await page.addInitScript(() => {
    indexedDB.open = () => {
      throw new DOMException('not here', 'SecurityError');
    };
  });
  const studio = await openWithFake(page, { stepMs: 0 });
  await studio.drawn();
  await expect(panel(page)).toContainText('Your favourites cannot be read.');
  await heart(page).click();
  await expect(page.getByText('The browser does not keep favourites.')).toBeVisible();
  await expect(heart(page)).toHaveAttribute('aria-pressed', 'false');
  await expectAccessible(page, { within: 'main' });
  await studio.seed.fill('8');
  await studio.drawn({ seed: 8 });
});

test('many are shown some rows at first', async ({ page }) => {
  const studio = await openWithFake(page, { stepMs: 0 });
  await studio.drawn();
  const many = Array.from({ length: 30 }, (_, seed) => [`${seed}.png`, favouritePng({ seed })] as const);
  await choose(page, zipSync(Object.fromEntries(many)));
  await expect(kept(page)).toHaveCount(24);
  await panel(page).getByRole('button', { name: 'Show all 30' }).press('Enter');
  await expect(kept(page)).toHaveCount(30);
  await expect(kept(page).nth(24).getByRole('button', { name: 'Draw again' })).toBeFocused();
});

testEveryLook(async (page, info) => {
  const studio = await openWithFake(page, { stepMs: 0 });
  await studio.drawn();
  await page.getByRole('button', { name: 'Draw 8 seeds' }).click();
  for (const seed of [9, 12]) await page.getByRole('button', { name: `Keep seed ${seed} in favourites` }).click();
  await heart(page).click();
  await expect(kept(page)).toHaveCount(3);
  await kept(page).last().getByRole('button', { name: 'Remove from favourites' }).click();
  await expect(panel(page)).toContainText('Removed: '); // and can be put back
  await panel(page).screenshot({ path: info.outputPath('favourites.png') });
  await page.locator('elit-gallery').screenshot({ path: info.outputPath('gallery.png') });
  await page.locator('elit-stage').screenshot({ path: info.outputPath('stage.png') });
});

/** Ours by its settings, but its pixels are damaged. */
function broken(): Uint8Array {
  const png = favouritePng({ seed: 5 });
  const at = Buffer.from(png).indexOf('IDAT');
  return png.fill(0xee, at + 4, at + 10);
}
