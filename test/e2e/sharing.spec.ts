import { readFile } from 'node:fs/promises';
import { expect, type Page, test } from '@playwright/test';
import { decode, encode } from 'fast-png';
import { readPictureSettings, withPictureSettings } from '../../src/generator/picture-settings.ts';
import type { Settings } from '../../src/generator/types.ts';
import { expectAccessible } from './axe.ts';
import { openWithFake } from './fake-engine.ts';
import { readImage } from './recorded-image.ts';
import { serveSmallModel } from './small-model.ts';
import { StudioPage } from './studio-page.ts';

/** Links, files and the clipboard. The engine is a fake but for the one test that compares pictures. */

const panel = (page: Page) => page.getByRole('region', { name: 'Share' });
const query = (page: Page) => Object.fromEntries(new URL(page.url()).searchParams);
const SETTINGS: Settings = {
  ...{ subject: 'pizza', style: 'twemoji', seed: 99, steps: 3, budget: 5, solver: 'euler' },
  guidance: { kind: 'cfg', scale: 1.5, budget: 1, interval: [0, 1] },
};
const PLAIN = encode({ width: 2, height: 1, channels: 4, data: new Uint8Array(8) });
const MODEL = { model: 'fake', hash: '0123456789abcdef' };

test('a link draws the same picture in a fresh browser, byte for byte, and says when the model is another', async ({
  browser,
  baseURL,
}) => {
  const open = async (address: string) => {
    const page = await (await browser.newContext({ baseURL: baseURL! })).newPage();
    const studio = new StudioPage(page);
    await serveSmallModel(page);
    await page.goto(address);
    await studio.drawn();
    return studio;
  };
  const first = await open('./?model=models/small/&backend=webgpu&subject=s7&style=c&steps=3');
  await first.budget.press('Home');
  await first.drawn({ budget: 1 });
  await first.newSeed.click();
  await expect.poll(() => query(first.page).seed).toBe(await first.seed.inputValue());
  const settings = await first.drawn({ budget: 1, subject: 's7', style: 'c', steps: 3 });
  const { pixels } = await readImage(first.page);
  const link = first.page.url();
  await first.page.context().close();

  const second = await open(link);
  expect(await second.settings()).toEqual(settings);
  expect((await readImage(second.page)).pixels).toEqual(pixels);
  await expect(panel(second.page)).not.toContainText('This link');
  await second.page.context().close();

  const other = await open(link.replace(/drawn-by=small\.\w+/, 'drawn-by=small.0000'));
  await expect(panel(other.page)).toContainText('This link was made with another version of the model “small”');
  await other.page.context().close();
});

test('the address holds what was drawn, never a draft, and can be copied', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const studio = await openWithFake(page, { stepMs: 0 });
  await studio.drawn();
  await studio.steps.fill('4');
  await studio.budget.press('End');
  await studio.drawn({ steps: 4, budget: 16 });
  await expect
    .poll(() => query(page))
    .toMatchObject({
      ...{ subject: 'cat face', style: 'noto', seed: '7', steps: '4', budget: '16', guidance: '2.5' },
      'drawn-by': 'fake.0123456789abcdef',
      backend: 'none',
    });
  await panel(page).getByRole('button', { name: 'Copy link' }).click();
  await expect(panel(page)).toContainText('The link is copied.');
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(page.url());
  await expectAccessible(page, { within: 'main' });
});

test('a draft does not reach the address', async ({ page }) => {
  const studio = await openWithFake(page, { stepMs: 20 });
  await studio.drawn();
  await expect.poll(() => query(page).budget).toBe('8');
  const seen = await studio.budget.evaluate(async (slider: HTMLInputElement) => {
    const addresses: string[] = [];
    for (let i = 0; i < 30; i++) {
      slider.value = String(1 + (i % 7));
      slider.dispatchEvent(new Event('input', { bubbles: true }));
      await new Promise((resolve) => setTimeout(resolve, 50));
      addresses.push(new URL(location.href).searchParams.get('steps') ?? '');
    }
    return addresses;
  });
  expect(await page.evaluate(() => window.fakeCalls.some(({ steps }) => steps < 20))).toBe(true);
  expect(new Set(seen)).toEqual(new Set(['20']));
  await expect.poll(() => query(page)).toMatchObject({ budget: '2', steps: '20' });
});

for (const size of [128, 512]) {
  test(`a PNG of ${size} pixels carries its settings, and restores them when it is dropped`, async ({ page }) => {
    const studio = await openWithFake(page, { stepMs: 0 });
    const drawn = await studio.drawn();
    await page.getByRole('combobox', { name: 'PNG size' }).selectOption(`${size} px`);
    const download = page.waitForEvent('download');
    await panel(page).getByRole('button', { name: 'Download PNG' }).click();
    expect((await download).suggestedFilename()).toBe('cat-face-noto-7-budget-8.png');
    const png = await readFile(await (await download).path());
    const { width, height, data } = decode(png, { checkCrc: true });
    expect([width, height]).toEqual([size, size]);
    expect(Array.from(data.subarray(0, 4))).toEqual([0, 0, 0, 0]);
    expect(Array.from(data.subarray(4 * (size / 2) * (size + 1)).subarray(0, 4))).toEqual([250, 190, 60, 255]);
    expect(readPictureSettings(png)).toEqual({ ...MODEL, settings: drawn });

    await studio.budget.press('Home');
    await studio.newSeed.click();
    await studio.drawn({ budget: 1 });
    await drop(page, png);
    await studio.drawn({ budget: 8, seed: 7 });
    await expect(studio.seed).toHaveValue('7');
    await expect(panel(page)).toContainText('settings are back');
  });
}

test('a PNG that is chosen restores its settings too', async ({ page }) => {
  const studio = await openWithFake(page, { stepMs: 0 });
  await studio.drawn();
  const chooser = page.waitForEvent('filechooser');
  await panel(page).getByRole('button', { name: 'Open PNG' }).press('Enter');
  const buffer = Buffer.from(withPictureSettings(PLAIN, { ...MODEL, settings: SETTINGS }));
  await (await chooser).setFiles({ name: 'a.png', mimeType: 'image/png', buffer });
  await studio.drawn({ subject: 'pizza', style: 'twemoji', seed: 99, steps: 3, budget: 5 });
  await expect(studio.guidance).toHaveValue('1.5');
});

test('files that cannot be drawn again are refused in words, and nothing changes', async ({ page }) => {
  const studio = await openWithFake(page, { stepMs: 0 });
  const before = await studio.drawn();
  await drop(page, PLAIN);
  await expect(panel(page)).toContainText('The picture carries no settings.');
  await drop(page, Uint8Array.of(1, 2, 3));
  await expect(panel(page)).toContainText('The file is no PNG picture.');
  await drop(page, withPictureSettings(PLAIN, { model: 'emoji-9', settings: SETTINGS }));
  await expect(panel(page)).toContainText('“emoji-9” drew this picture; the model here is “fake”.');
  await drop(page, withPictureSettings(PLAIN, { ...MODEL, hash: 'ffff', settings: SETTINGS }));
  await expect(panel(page)).toContainText('Another version of the model “fake” drew this picture.');
  expect(await studio.settings()).toEqual(before);
  await expectAccessible(page, { within: 'main' });
});

test('the picture is copied as a PNG; where that cannot be, the page says so', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const studio = await openWithFake(page, { stepMs: 0 });
  await studio.drawn();
  const copy = panel(page).getByRole('button', { name: 'Copy image' });
  await copy.click();
  await expect(panel(page)).toContainText('The picture is copied.');
  const types = () => page.evaluate(async () => (await navigator.clipboard.read()).flatMap((item) => item.types));
  expect(await types()).toEqual(['image/png']);
  await page.evaluate(() => Object.defineProperty(window, 'ClipboardItem', { value: undefined }));
  await copy.click();
  await expect(panel(page)).toContainText('This browser cannot copy pictures here. Download the PNG instead');
});

test('the panel alone: nothing to share without a picture; without a clipboard the link is selected', async ({
  page,
}) => {
  await page.goto('./?backend=none');
  await page.evaluate((settings) => {
    const panel = document.createElement('elit-share-panel');
    panel.address = 'https://example.org/x?y=1';
    panel.info = { name: 'tiny', hash: '01' } as NonNullable<typeof panel.info>;
    Object.assign(window, { panel, image: { settings } });
    Object.defineProperty(navigator, 'clipboard', { value: undefined });
    document.querySelector('main')!.replaceChildren(panel);
  }, SETTINGS);
  const copy = panel(page).getByRole('button', { name: 'Copy link' });
  for (const name of ['Copy link', 'Copy image', 'Download PNG']) {
    await expect(panel(page).getByRole('button', { name })).toBeDisabled();
  }
  await page.evaluate('panel.image = image');
  await copy.click();
  await expect(panel(page)).toContainText('The link is selected: press Ctrl+C.');
  expect(await page.evaluate(() => String(getSelection()))).toMatch(/^https:\/\/example.org\/x\?y=1&subject=pizza&/);
  await page.evaluate('panel.image = { settings: { ...image.settings, seed: null } }');
  await copy.click();
  await expect(panel(page)).toContainText('No link can hold noise of its own. Choose a seed');
});

/** As if a file were let go over the middle of the page. */
async function drop(page: Page, bytes: Uint8Array): Promise<void> {
  await page.evaluate((values) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([Uint8Array.from(values)], 'picture.png', { type: 'image/png' }));
    document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
  }, Array.from(bytes));
}
