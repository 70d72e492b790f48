import { expect, type Page, test } from '@playwright/test';
import { encode } from 'fast-png';
import { withPictureSettings } from '../../src/generator/picture-settings.ts';
import { expectAccessible } from './axe.ts';
import { openWithFake } from './fake-engine.ts';
import { QUICK, StudioPage } from './studio-page.ts';

/** A drawing that begins with a picture: choosing, dropping, strength, undo. The engine is a fake but for the last test. */

/** Orange in the middle of nothing, twice as wide as high. */
function wide(width = 400): Buffer {
  const data = new Uint8Array(2 * width * width);
  for (let i = 0; i < data.length / 4; i++) data.set([250, 160, 40, i % width > width / 2 ? 255 : 0], 4 * i);
  return Buffer.from(encode({ width, height: width / 2, channels: 4, data }));
}
const PNG = { name: 'wide.png', mimeType: 'image/png', buffer: wide() };

const region = (page: Page) => page.getByRole('region', { name: 'Start from a picture' });
const strength = (page: Page) => page.getByRole('slider', { name: 'Strength' });
const thumbnail = (page: Page) => page.getByRole('img', { name: 'Picture to start from: wide.png' });
const lastCall = (page: Page) => page.evaluate(() => window.fakeCalls.at(-1));
const choose = (page: Page, file: typeof PNG) => region(page).locator('input[type="file"]').setInputFiles(file);

/** As a hand would, over the element. */
async function drop(page: Page, target: string, { name, mimeType, buffer }: typeof PNG): Promise<void> {
  const transfer = await page.evaluateHandle(
    ({ bytes, name, type }) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([Uint8Array.from(bytes)], name, { type }));
      return transfer;
    },
    { bytes: [...buffer], name, type: mimeType },
  );
  for (const type of ['dragover', 'drop']) await page.dispatchEvent(target, type, { dataTransfer: transfer });
}

test('a chosen picture is drawn from, at the strength that is set, until it is removed; undo brings it back', async ({
  page,
}, info) => {
  const studio = await openWithFake(page, { stepMs: 0 });
  const before = await studio.drawn();
  expect(before).not.toHaveProperty('strength');
  await expectAccessible(page);
  await choose(page, PNG);
  await studio.drawn({ strength: 0.6 });
  await expect(thumbnail(page)).toBeVisible();
  await expect(page.getByText('from a picture, strength 60 %')).toBeVisible();
  expect(await lastCall(page)).toMatchObject({ strength: 0.6, image: [256, 128] });
  await page.screenshot({ path: info.outputPath('light.png'), fullPage: true });

  await strength(page).press('ArrowLeft');
  await strength(page).press('ArrowLeft');
  await studio.drawn({ strength: 0.5 });
  await expect(strength(page)).toHaveAttribute('aria-valuetext', '50 %: keeps its shapes and colours');
  await studio.budget.press('End');
  await studio.drawn({ strength: 0.5, budget: 16 });
  await expectAccessible(page);

  await region(page).getByRole('button', { name: 'Remove' }).click();
  await expect(region(page).getByRole('button', { name: 'Choose a picture' })).toBeFocused();
  await expect(thumbnail(page)).toHaveCount(0);
  await expect.poll(() => studio.settings()).not.toHaveProperty('strength');
  await page.keyboard.press('Control+z');
  await studio.drawn({ strength: 0.5, budget: 16 });
  await expect(thumbnail(page)).toBeVisible();
  await page.emulateMedia({ colorScheme: 'dark' });
  await expectAccessible(page);
  await page.setViewportSize({ width: 320, height: 640 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
  await page.screenshot({ path: info.outputPath('narrow-dark.png'), fullPage: true });
  expect(studio.complaints).toEqual([]);
});

test('a picture that this page made is a start where it is dropped on the field, and restores elsewhere', async ({
  page,
}) => {
  const studio = await openWithFake(page, { stepMs: 0 });
  await studio.drawn();
  const settings = {
    ...{ subject: 'pizza', style: 'twemoji', seed: 99, steps: 3, budget: 5, solver: 'euler' as const },
    guidance: { kind: 'cfg' as const, scale: 1.5, budget: 1, interval: [0, 1] as const },
  };
  const own = Buffer.from(withPictureSettings(wide(), { model: 'fake', hash: '0123456789abcdef', settings }));
  await drop(page, 'elit-start-picture section', { ...PNG, buffer: own });
  await studio.drawn({ subject: 'cat face', strength: 0.6 });
  await drop(page, 'elit-share-panel section', { ...PNG, buffer: own });
  expect(await studio.drawn({ subject: 'pizza', seed: 99 })).not.toHaveProperty('strength');
  await expect(thumbnail(page)).toHaveCount(0);
});

test('what cannot be read is refused in words, and the picture before it stays', async ({ page }) => {
  const studio = await openWithFake(page, { stepMs: 0 });
  await studio.drawn();
  await choose(page, PNG);
  await studio.drawn({ strength: 0.6 });
  await choose(page, { name: 'notes.png', mimeType: 'image/png', buffer: Buffer.from('no picture') });
  await expect(region(page)).toContainText('“notes.png” is no picture that this browser can read.');
  await expect(thumbnail(page)).toBeVisible();
});

test('a link cannot hold the picture, and says so', async ({ page }) => {
  const studio = await openWithFake(page, { stepMs: 0 });
  await studio.drawn();
  await choose(page, PNG);
  await studio.drawn({ strength: 0.6 });
  await page.getByRole('button', { name: 'Copy link' }).click();
  await expect(page.getByText('No link can hold the picture that this one started from.')).toBeVisible();
});

test('the bundled model draws from a picture, with the encoder fetched by then and no sooner', async ({ page }) => {
  const studio = new StudioPage(page);
  const fetched: string[] = [];
  page.on('request', (request) => fetched.push(new URL(request.url()).pathname));
  await page.goto(`./?${QUICK}&subject=pizza&seed=3&budget=4`);
  await studio.drawn();
  expect(fetched.filter((path) => path.endsWith('/encoder.onnx'))).toEqual([]);
  const without = await studio.pixels();
  await choose(page, PNG);
  await strength(page).press('Home');
  await studio.drawn({ strength: 0.05 });
  expect(fetched.filter((path) => path.endsWith('/encoder.onnx'))).toHaveLength(1);
  // The left half of the picture is transparent, as its margins are; the right half is orange.
  const pixels = await studio.pixels();
  const alpha = (all: number[], x: number, y: number) => all[4 * (128 * y + x) + 3]!;
  expect(alpha(pixels, 96, 64)).toBeGreaterThan(200);
  expect(alpha(pixels, 32, 64)).toBeLessThan(55);
  expect(alpha(pixels, 96, 8)).toBeLessThan(55);
  expect(pixels.some((value, i) => value !== without[i])).toBe(true);
  expect(studio.complaints).toEqual([]);
});
