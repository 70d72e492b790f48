import { expect, test } from '@playwright/test';
import { readDrawings } from '../support/page-model.ts';
import { watchWorkers } from './outstanding.ts';
import { clipped, premultiplied, readImage } from './recorded-image.ts';
import { QUICK, StudioPage } from './studio-page.ts';

/** One page with the real model serves all of these, one after another: loading it is the slow part. */
test.describe.configure({ mode: 'serial' });

/**
 * How far a picture may be from its recorded one, premultiplied, in 1/255. Both bytes of a pixel are rounded, which
 * puts value·alpha off by up to ½·alpha + ½·value ≤ 1, and by ¼ on average where a pixel is opaque. What is computed
 * adds little: the latents are within 1e-4 of their largest value (32 bit floats in another order), which is 0.03 of
 * 1/255 in a decoder of gain 1, and the decoder may treble that.
 */
const ARITHMETIC = 0.1;
const QUICK_BOUNDS = { max: 1 + ARITHMETIC, mean: 0.25 + ARITHMETIC };
/** Guidance of 2.5 multiplies the error of a call by up to 2·2.5 - 1 = 4. */
const FULL_BOUNDS = { max: 1 + 4 * ARITHMETIC, mean: 0.25 + 4 * ARITHMETIC };

let studio: StudioPage;
const { golden, first, second } = await readDrawings();

test.beforeAll(async ({ browser, baseURL }) => {
  const context = await browser.newContext({ baseURL: baseURL!, viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  await page.addInitScript(watchWorkers);
  studio = new StudioPage(page);
});

test.afterEach(() => {
  expect(studio.complaints).toEqual([]);
});

test.afterAll(async () => {
  await studio.page.context().close();
});

test('draws a first picture without being asked, and says how long it took', async () => {
  await studio.page.goto(`./?${QUICK}&budget=4`);
  await studio.drawn({ steps: 4, budget: 4 });
  await expect(studio.status).toContainText(/\d ms/);
  await expect(studio.budget).toHaveValue('4');
});

test('draws again when the slider is moved with the keyboard', async () => {
  const before = await studio.pixels();
  await studio.budget.focus();
  await studio.page.keyboard.press('ArrowLeft');
  await studio.drawn({ budget: 3 });
  expect(await studio.pixels()).not.toEqual(before);
  await studio.page.keyboard.press('Home');
  await studio.drawn({ budget: 1 });
  await expect(studio.budget).toHaveAttribute(
    'aria-valuetext',
    /^1 of 16 latents per group · 4 of 64 tokens · \d+ % of/,
  );
});

test('finds a subject with the keyboard alone', async () => {
  const { page, wanted } = studio;
  await wanted.focus();
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('option').first()).toHaveAccessibleName('any');
  await page.keyboard.type('grin cat');
  await expect(page.getByRole('option').first()).toHaveAccessibleName('grinning cat');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('listbox')).toHaveCount(0);
  await expect(wanted).toHaveValue('red heart');

  await wanted.fill('pizzza');
  await expect(page.getByText(/The nearest (ones|names):/)).toBeVisible();
  await wanted.fill('food fruit');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await studio.drawn({ subject: 'food-fruit' });
  await expect(wanted).toHaveValue('food-fruit');
});

for (const { index: run, subject, style } of [first, second]) {
  test(`draws ${subject} in ${style} as it was recorded, at budgets 1, 4 and 16`, async () => {
    await studio.wanted.fill(subject);
    await studio.wanted.press('Enter');
    await studio.chooseStyle(style);
    await useNoise(run);
    for (const budget of [1, 4, 16]) {
      await studio.budget.fill(String(budget));
      await studio.drawn({ subject, style, seed: null, budget, steps: 4 });
      await expectRecorded(`${run}.quick_budget_${budget}`, QUICK_BOUNDS);
    }
  });
}

test('draws the whole twenty guided steps as recorded', async () => {
  const { index: run, subject, style } = first;
  await studio.wanted.fill(subject);
  await studio.wanted.press('Enter');
  await studio.chooseStyle(style);
  await useNoise(run);
  await studio.budget.fill('1');
  await studio.guidance.fill('2.5');
  await studio.steps.fill('20');
  await studio.drawn({ subject, style, seed: null, budget: 1, steps: 20 });
  await expectRecorded(`${run}.budget_1`, FULL_BOUNDS);
  await studio.guidance.fill('1');
  await studio.steps.fill('2');
});

test('answers a new seed with another picture', async () => {
  const before = await studio.drawn({ steps: 2 });
  await studio.newSeed.click();
  await expect.poll(async () => (await studio.settings())?.seed).not.toBe(before.seed);
  const after = await studio.drawn();
  await expect(studio.seed).toHaveValue(String(after.seed));
});

test('ends a storm of 500 moves in five seconds on the slider with its last value, and never queues', async () => {
  await studio.page.evaluate(() => window.resetOutstanding());
  await studio.budget.evaluate(async (slider: HTMLInputElement) => {
    for (let i = 0; i < 500; i++) {
      slider.value = String(i === 499 ? 2 : 1 + (i % 16));
      slider.dispatchEvent(new Event('input', { bubbles: true }));
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  });
  await studio.drawn({ budget: 2 });
  const { most, now, called } = await studio.page.evaluate(() => window.outstanding);
  expect({ most, now }).toEqual({ most: 1, now: 0 });
  expect(called).toBeLessThan(250);
  await expect(studio.alert).toHaveCount(0);
});

test('shows steps as they go by, and on cancel brings the last picture back', async () => {
  const before = await studio.pixels();
  await studio.steps.fill('500');
  await expect(studio.progress).toHaveAttribute('aria-valuetext', /Drawing, [1-9]\d* of 500 steps/);
  await expect(studio.image).toHaveAttribute('data-state', 'busy');
  expect(await studio.pixels()).not.toEqual(before);
  await studio.cancel.click();
  await expect(studio.image).toHaveAttribute('data-state', 'done');
  expect(await studio.pixels()).toEqual(before);
  expect((await studio.settings())?.steps).toBe(2);
  await expect(studio.page.getByRole('button', { name: 'Draw', exact: true })).toBeVisible();
  await studio.steps.fill('2');
  await studio.drawn({ steps: 2 });
});

test('answers impossible settings in words, and the picture stays', async () => {
  const before = await studio.pixels();
  for (const [field, typed, words] of [
    [studio.steps, '0', /number of steps is 0.*from 1 to 1000/s],
    [studio.steps, '2.5', /number of steps is 2\.5/],
    [studio.guidance, '-1', /guidance scale is -1/],
    [studio.guidance, '', /guidance scale is NaN/],
    [studio.seed, '-3', /seed is -3/],
  ] as const) {
    const good = await field.inputValue();
    await field.fill(typed);
    await studio.failed(words);
    expect(await studio.pixels(), typed).toEqual(before);
    await field.fill(good);
    await studio.drawn();
    await expect(studio.alert).toHaveCount(0);
  }
});

test('copies the details of an error', async () => {
  await studio.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await studio.steps.fill('0');
  await studio.page.getByRole('button', { name: 'Copy details' }).click();
  await expect(studio.page.getByRole('button', { name: 'Copied' })).toBeVisible();
  const copied = await studio.page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toMatch(/request-invalid: .*steps 0.*Mozilla/s);
});

async function useNoise(run: number): Promise<void> {
  const noise = Array.from(golden.float32(`${run}.noise`));
  await studio.page.evaluate((values) => {
    document.querySelector('elit-studio')!.noise = Float32Array.from(values);
  }, noise);
}

async function expectRecorded(name: string, bounds: { max: number; mean: number }): Promise<void> {
  const { pixels, canvas } = await readImage(studio.page);
  const errors = difference(premultiplied(pixels), clipped(golden.float32(`${name}.image`)));
  test.info().annotations.push({ type: name, description: `max ${errors.max}, mean ${errors.mean} of 255` });
  expect(errors.max, `${name}, largest error`).toBeLessThanOrEqual(bounds.max);
  expect(errors.mean, `${name}, mean error`).toBeLessThanOrEqual(bounds.mean);
  // The canvas keeps premultiplied bytes, so reading it back rounds once more.
  expect(difference(premultiplied(canvas), premultiplied(pixels)).max).toBeLessThanOrEqual(1);
}

/** In 1/255. */
function difference(a: Float32Array, b: Float32Array): { max: number; mean: number } {
  expect(a.length).toBe(b.length);
  const errors = a.map((value, i) => Math.abs(value - b[i]!) * 255);
  return { max: errors.reduce((x, y) => Math.max(x, y), 0), mean: errors.reduce((x, y) => x + y, 0) / errors.length };
}
