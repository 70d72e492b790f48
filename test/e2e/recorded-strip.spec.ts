import { expect, type Page, test } from '@playwright/test';
import { openWithFake } from './fake-engine.ts';
import { QUICK, StudioPage } from './studio-page.ts';

/** The budget slider before the model has arrived. */

const LOADING = { stuckAt: { phase: 'weights', done: 12_300_000, total: 42_219_296 } } as const;
const WORDS = 'Recorded, seed 7, while the model loads';

declare global {
  interface Window {
    /** Frames in which the picture's frame was empty. */
    emptyFrames: number;
  }
}

test('without a recorded strip the slider waits for the model', async ({ page }) => {
  const studio = await openWithFake(page, LOADING);
  await expect(studio.progress).toBeVisible();
  await expect(studio.budget).toBeDisabled();
});

test('a strip that cannot be had changes nothing', async ({ page }) => {
  const studio = await openWithFake(page, { ...LOADING, recorded: 'recorded/none' });
  await expect.poll(() => studio.complaints.join()).toContain('The recorded pictures are not there');
  await expect(studio.progress).toBeVisible();
  await expect(studio.budget).toBeDisabled();
});

test('each budget shows its picture, with the load in sight, which can be cancelled', async ({ page }, info) => {
  const studio = await openWithFake(page, { ...LOADING, recorded: 'recorded/emoji-128' });
  await expect(studio.budget).toBeEnabled();
  await expect(page.getByText(WORDS)).toHaveCount(0);
  await studio.budget.press('Home');
  await expect(page.getByText(WORDS)).toBeVisible();
  await expect(studio.progress).toHaveAttribute('aria-valuetext', /12\.3 of 42\.2 MB/);
  const first = await studio.pixels();
  expect(first).toHaveLength(128 * 128 * 4);
  await studio.budget.press('End');
  await expect(studio.budget).toHaveValue('16');
  await expect.poll(() => studio.pixels()).not.toEqual(first);
  expect(await studio.settings()).toBeNull();
  await page.screenshot({ path: info.outputPath('recorded.png') });
  await studio.cancel.click();
  await expect(page.getByText(WORDS)).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Load the model' })).toBeVisible();
});

test('the real model: the chosen budget is kept, and its picture follows without a gap', async ({ page, baseURL }) => {
  const studio = new StudioPage(page);
  const elsewhere: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(new URL(baseURL!).origin) && !/^(blob|data):/.test(request.url()))
      elsewhere.push(request.url());
  });
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route('**/models/emoji-128/*', async (route) => {
    await released;
    await route.continue();
  });
  await page.goto(`./?${QUICK}`);
  await expect(studio.budget).toBeEnabled();
  await studio.budget.press('Home');
  await studio.budget.press('ArrowRight');
  await studio.budget.press('ArrowRight');
  await expect(page.getByText(WORDS)).toBeVisible();
  await expect(studio.budget).toHaveValue('3');
  await watchFrame(page);
  release();
  await studio.drawn({ budget: 3, seed: 7 });
  await expect(page.getByText(/^Recorded/)).toHaveCount(0);
  await expect(studio.budget).toHaveValue('3');
  expect(await page.evaluate(() => window.emptyFrames)).toBe(0);
  expect(elsewhere).toEqual([]);
  expect(studio.complaints).toEqual([]);
});

/** Counts the frames in which the canvas shows nothing in its middle. */
async function watchFrame(page: Page): Promise<void> {
  await page.getByRole('img', { name: 'Generated image' }).evaluate((canvas: HTMLCanvasElement) => {
    window.emptyFrames = 0;
    const look = () => {
      const { data } = canvas.getContext('2d')!.getImageData(canvas.width / 2, canvas.height / 2, 1, 1);
      if (data[3] === 0) window.emptyFrames++;
      requestAnimationFrame(look);
    };
    look();
  });
}
