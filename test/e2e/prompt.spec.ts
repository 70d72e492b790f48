import { expect, type Page, test } from '@playwright/test';
import { expectAccessible } from './axe.ts';
import { openWithFake } from './fake-engine.ts';
import { readImage } from './recorded-image.ts';
import { serveSmallTextModel } from './small-model.ts';
import { QUICK, StudioPage } from './studio-page.ts';

/** What to draw in words, with an engine that reads text and paints discs; twice with the real one and a small model. */

const drawings = (page: Page) => page.evaluate(() => window.fakeCalls.map(({ subject, prompt }) => prompt ?? subject));
const hint = (page: Page) => page.locator('elit-prompt-field #hint');
const option = (page: Page, name: string) => page.getByRole('option', { name, exact: true });

async function open(page: Page, encoderMs = 0): Promise<StudioPage> {
  const studio = await openWithFake(page, { stepMs: 0, encoderMs });
  await studio.drawn({ subject: 'cat face' });
  return studio;
}

/** Types over what the field holds. */
async function type(studio: StudioPage, text: string): Promise<void> {
  await studio.prompt.selectText();
  await studio.prompt.pressSequentially(text, { delay: 20 });
}

test('a prompt takes the subject’s place, draws on Enter and shows its name', async ({ page }) => {
  const studio = await open(page);
  await expect(studio.subject).toHaveCount(0);
  await expect(studio.prompt).toHaveValue('cat face');
  await type(studio, 'a red dragon');
  expect(await drawings(page)).toEqual(['cat face']); // not at every key
  await studio.prompt.press('Enter');
  await studio.drawn({ subject: 'any', prompt: 'a red dragon' });
  await expect(page.getByText('“a red dragon”, noto · seed 7')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Draw', exact: true })).toHaveCount(0);
  expect(await drawings(page)).toEqual(['cat face', 'a red dragon']);
});

test('names are offered as one types, and are taken with keys and pointer, without the encoder', async ({ page }) => {
  const studio = await open(page);
  await type(studio, 'piza');
  await expect(page.getByText('The nearest names:')).toBeVisible();
  await studio.prompt.press('ArrowDown');
  await studio.prompt.press('Enter');
  expect(await studio.drawn({ subject: 'pizza' })).not.toHaveProperty('prompt');
  await type(studio, 'hea');
  await option(page, 'red heart').click();
  await studio.drawn({ subject: 'red heart' });
  await type(studio, 'Cat Face!');
  await studio.prompt.press('Enter');
  await studio.drawn({ subject: 'cat face' });
  await expect(studio.prompt).toHaveValue('cat face');
  expect(await drawings(page)).toEqual(['cat face', 'pizza', 'red heart', 'cat face']);
});

test('a pause in typing draws, but not half a name; leaving the field does, Escape goes back', async ({ page }) => {
  const studio = await open(page);
  await type(studio, 'a dragon');
  await studio.drawn({ prompt: 'a dragon' });
  await expect(studio.prompt).toBeFocused();
  await type(studio, 'grinn');
  await page.waitForTimeout(1500); // longer than any pause
  expect(await drawings(page)).toEqual(['cat face', 'a dragon']);
  await studio.prompt.press('Escape');
  await expect(studio.prompt).toHaveValue('a dragon');
  await type(studio, 'grinn');
  await studio.seed.focus();
  await studio.drawn({ prompt: 'grinn' });
});

test('what cannot be drawn is said in words and draws nothing; odd prompts come with advice', async ({ page }) => {
  const studio = await open(page);
  for (const [text, words] of [
    ['', 'Nothing to draw yet'],
    ['   ', 'Nothing to draw yet'],
    ['x'.repeat(1001), 'Too long: say it in 1,000 characters or fewer'],
  ] as const) {
    await studio.prompt.fill(text);
    await studio.prompt.press('Enter');
    await expect(hint(page)).toContainText(words);
    await expect(studio.prompt).toHaveAttribute('aria-invalid', 'true');
  }
  await expect(page.getByRole('alert')).toHaveCount(0);
  await studio.prompt.blur();
  await expect(studio.prompt).toHaveValue('cat face');
  await expect(studio.prompt).toHaveAttribute('aria-invalid', 'false');
  expect(await drawings(page)).toEqual(['cat face']);

  for (const [prompt, words] of [
    ['🐉', 'Emoji and signs alone'],
    ['תפוח אדום', 'other scripts'],
    ['ein roter Apfel', 'your own English words'],
  ] as const) {
    await studio.prompt.fill(prompt);
    await studio.prompt.press('Enter');
    await studio.drawn({ prompt });
    await expect(hint(page)).toContainText(words);
  }
});

test('the encoder’s arrival is shown in bytes, and can be cancelled', async ({ page }) => {
  const studio = await open(page, 3000);
  await type(studio, 'a dragon');
  await studio.prompt.press('Enter');
  const bar = page.getByRole('progressbar', { name: 'Fetching what reads prompts' });
  await expect(bar).toHaveAttribute('aria-valuetext', 'Fetching what reads prompts, 5.0 of 20.0 MB');
  await studio.cancel.click();
  await expect(bar).toHaveCount(0);
  await expect(studio.image).toHaveAttribute('data-state', 'done');
  await page.getByRole('button', { name: 'Draw', exact: true }).click();
  await expect(bar).toBeVisible();
  await studio.drawn({ prompt: 'a dragon' });
  await expect(bar).toHaveCount(0);
});

test('undo, the address and a comparison carry the prompt; one visit of the field is one change', async ({ page }) => {
  const studio = await open(page);
  await type(studio, 'a dragon');
  await studio.drawn({ prompt: 'a dragon' });
  await studio.prompt.press('End');
  await studio.prompt.pressSequentially(' & its egg');
  await studio.prompt.press('Enter');
  await studio.drawn({ prompt: 'a dragon & its egg' });
  await expect.poll(() => new URL(page.url()).searchParams.get('prompt')).toBe('a dragon & its egg');
  expect(new URL(page.url()).searchParams.has('subject')).toBe(false);

  await page.getByRole('button', { name: 'Undo' }).click();
  expect(await studio.drawn({ subject: 'cat face' })).not.toHaveProperty('prompt');
  await expect(studio.prompt).toHaveValue('cat face');
  await expect.poll(() => new URL(page.url()).searchParams.get('subject')).toBe('cat face');
  expect(new URL(page.url()).searchParams.has('prompt')).toBe(false);
  await page.getByRole('button', { name: 'Redo' }).click();
  await studio.drawn({ prompt: 'a dragon & its egg' });
  await page.getByRole('button', { name: 'Pin as A' }).click();
  await expect(page.getByRole('definition').filter({ hasText: '“a dragon & its egg”, noto' })).toHaveCount(2);
});

test('a model that reads text draws prompts with our kernels, fetches its encoder for the first, and a link repeats them', async ({
  page,
  browser,
  baseURL,
}) => {
  const fetched: string[] = [];
  page.on('request', (request) => fetched.push(new URL(request.url()).pathname.split('/').at(-1)!));
  const model = await serveSmallTextModel(page);
  const studio = new StudioPage(page);
  await page.goto(`./?model=${model}&backend=webgpu&seed=7&steps=2&subject=cat+face`);
  await studio.drawn({ subject: 'cat face' });
  const named = (await readImage(page)).pixels;
  await type(studio, 'DOG');
  await studio.prompt.press('Enter');
  await studio.drawn({ subject: 'dog' });
  expect(fetched).not.toContain('text-encoder.onnx');

  await type(studio, 'two bold cat');
  await studio.prompt.press('Enter');
  await studio.drawn({ subject: 'any', prompt: 'two bold cat' });
  expect(fetched).toContain('text-encoder.onnx');
  const prompted = (await readImage(page)).pixels;
  expect(prompted).not.toEqual(named);
  await type(studio, 'now quote');
  await studio.prompt.press('Enter');
  await studio.drawn({ prompt: 'now quote' });
  expect((await readImage(page)).pixels).not.toEqual(prompted);
  expect(fetched.filter((name) => name === 'text-encoder.onnx')).toHaveLength(1);
  expect(studio.complaints).toEqual([]);

  await page.getByRole('button', { name: 'Undo' }).click();
  const settings = await studio.drawn({ prompt: 'two bold cat' });
  await expect.poll(() => new URL(page.url()).searchParams.get('prompt')).toBe('two bold cat');
  const second = await (await browser.newContext({ baseURL: baseURL! })).newPage();
  await serveSmallTextModel(second);
  const other = new StudioPage(second);
  await second.goto(page.url());
  expect(await other.drawn({ prompt: 'two bold cat' })).toEqual(settings);
  expect((await readImage(second)).pixels).toEqual(prompted);
  await second.context().close();
});

test('the page’s own model draws words that are no name; until then nothing that reads them is fetched', async ({
  page,
}) => {
  const fetched: string[] = [];
  page.on('request', (request) => fetched.push(new URL(request.url()).pathname.split('/').at(-1)!));
  const studio = new StudioPage(page);
  await page.goto(`./?${QUICK}&seed=7&budget=4&subject=cat+face&style=noto`);
  await studio.drawn({ subject: 'cat face' });
  const named = (await readImage(page)).pixels;
  expect(fetched).not.toContain('text-encoder.onnx');
  await type(studio, 'slice of pizza with cheese');
  await studio.prompt.press('Enter');
  await studio.drawn({ subject: 'any', prompt: 'slice of pizza with cheese' });
  const prompted = (await readImage(page)).pixels;
  expect(prompted).not.toEqual(named);
  await type(studio, 'a kitten');
  await studio.prompt.press('Enter');
  await studio.drawn({ prompt: 'a kitten' });
  expect((await readImage(page)).pixels).not.toEqual(prompted);
  expect(fetched.filter((name) => name === 'text-encoder.onnx')).toHaveLength(1);
  expect(studio.complaints).toEqual([]);
});

test('an encoder that does not arrive is an error with a face, and the next try finds it', async ({ page }) => {
  const model = await serveSmallTextModel(page);
  await page.route('**/text-encoder.onnx', (route) => route.abort('failed'), { times: 20 });
  const studio = new StudioPage(page);
  await page.goto(`./?model=${model}&backend=webgpu&seed=7&steps=2&subject=cat+face`);
  await studio.drawn({ subject: 'cat face' });
  await type(studio, 'two bold cat');
  await studio.prompt.press('Enter');
  await studio.failed(/The download broke off/);
  await page.unroute('**/text-encoder.onnx');
  await page.getByRole('button', { name: 'Try again' }).click();
  await studio.drawn({ prompt: 'two bold cat' });
});

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [1280, 320]) {
    test(`axe finds nothing and nothing is cut off: ${colorScheme}, ${width} px`, async ({ page }, info) => {
      await page.setViewportSize({ width, height: 800 });
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      const studio = await open(page);
      await studio.prompt.fill('pizzza with a dragon');
      await page.screenshot({ path: info.outputPath('typed.png'), fullPage: true });
      await expectAccessible(page);
      await studio.prompt.fill('');
      await expectAccessible(page);
      await page.screenshot({ path: info.outputPath('empty.png'), fullPage: true });
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    });
  }
}
