/**
 * node scripts/screenshots.mjs [NAME …]: takes the pictures of the page in docs/screens/, of the built site
 * (`npm run build`) with the bundled model. Where the latents look takes WebGPU; the rest is drawn by the processor.
 */
import { mkdir } from 'node:fs/promises';
import { chromium as browsers } from '@playwright/test';
import { preview } from 'vite';
import { chromium } from './chromium.mjs';

/** @typedef {import('@playwright/test').Page} Page */

const FOLDER = 'docs/screens';
const DESKTOP = { viewport: { width: 1280, height: 800 } };
const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 };
const QUICK = 'backend=wasm&steps=8&subject=strawberry&style=noto&seed=7';

/** @param {Page} page @param {string} name */
const button = (page, name) => page.getByRole('button', { name, exact: true });
/** @param {Page} page @param {string} name */
const part = (page, name) => page.locator(name).first();
/** @param {Page} page */
const drawn = (page) => page.locator('[data-state=done]').first().waitFor({ state: 'attached', timeout: 120_000 });

/** What somebody might draw by hand: a red disc with a green leaf. @param {Page} page */
async function sketch(page) {
  const address = await page.evaluate(() => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 128, height: 128 });
    const context = canvas.getContext('2d');
    if (context === null) throw new Error('no canvas');
    context.fillStyle = '#d33';
    context.arc(64, 72, 44, 0, 7);
    context.fill();
    context.fillStyle = '#3a3';
    context.fillRect(62, 12, 28, 12);
    return canvas.toDataURL();
  });
  return { name: 'sketch.png', mimeType: 'image/png', buffer: Buffer.from(address.split(',')[1] ?? '', 'base64') };
}

/**
 * Each state: the address it starts from, what is done there, and what is shown in place of the window.
 * @type {Record<string, { as?: object, query?: string, dark?: boolean, before?: (page: Page) => Promise<unknown>,
 *   reach?: (page: Page) => Promise<unknown>, of?: string }>}
 */
const STATES = {
  page: { query: 'backend=wasm', reach: drawn },
  dark: { query: 'backend=wasm', dark: true, reach: drawn },
  phone: { as: PHONE, query: QUICK, reach: drawn },
  loading: {
    before: (page) => page.route('**/elit.safetensors', () => undefined),
    reach: async (page) => {
      await page.getByRole('progressbar').waitFor();
      await page.getByRole('slider', { name: 'Budget' }).fill('6'); // answered by what was recorded
    },
  },
  error: {
    before: (page) => page.route('**/elit.safetensors', (route) => route.fulfill({ status: 404 })),
    reach: (page) => page.getByRole('alert').waitFor(),
  },
  subjects: {
    query: QUICK,
    reach: async (page) => {
      await drawn(page);
      await page.getByRole('combobox', { name: 'Prompt' }).fill('cat');
    },
  },
  prompt: {
    query: QUICK,
    reach: async (page) => {
      await drawn(page);
      const prompt = page.getByRole('combobox', { name: 'Prompt' });
      await prompt.fill('a ripe red strawberry');
      await prompt.press('Enter');
      await page.locator(`[data-settings*="ripe red"][data-state=done]`).waitFor({ timeout: 120_000 });
    },
  },
  compare: {
    query: QUICK,
    reach: async (page) => {
      await drawn(page);
      await button(page, 'Pin as A').click();
      await page.getByRole('slider', { name: 'Budget' }).fill('1');
      await page.waitForTimeout(3000);
      await drawn(page);
      await page.evaluate(() => scrollTo(0, 0));
    },
  },
  'trade-off': {
    query: QUICK,
    reach: async (page) => {
      await drawn(page);
      await button(page, 'Draw every budget').click();
      await page.locator('elit-budget-strip canvas').nth(15).waitFor({ timeout: 120_000 });
      await page.waitForTimeout(3000);
    },
    of: 'elit-trade-off',
  },
  gallery: {
    query: `${QUICK}&variation=11,0.35`,
    reach: async (page) => {
      await drawn(page);
      await page.getByRole('button', { name: /^Draw \d+ seeds$/ }).click();
      await page.waitForTimeout(20_000);
      await page.getByRole('slider', { name: 'How far' }).press('ArrowRight');
      await page.locator('elit-variations canvas').nth(1).waitFor({ timeout: 60_000 });
    },
    of: 'elit-gallery',
  },
  favourites: {
    query: QUICK,
    reach: async (page) => {
      const seed = page.getByRole('spinbutton', { name: 'Seed' });
      for (const subject of ['pizza', 'cat face', 'red heart', 'strawberry', 'sunflower', 'rocket']) {
        await page.getByRole('combobox', { name: 'Prompt' }).fill(subject);
        await seed.fill('7');
        await seed.press('Enter');
        await page.locator(`[data-settings*='"${subject}"'][data-state=done]`).waitFor({ timeout: 120_000 });
        await button(page, 'Keep in favourites').click();
        await page.locator('[aria-label="Keep in favourites"][aria-pressed=true]').waitFor();
      }
    },
    of: 'elit-favourites',
  },
  attention: {
    query: 'backend=webgpu&steps=4&guidance=1&subject=strawberry&style=noto&seed=7',
    reach: async (page) => {
      await drawn(page);
      await button(page, 'Look').click();
      await page.locator('elit-attention').getByRole('application').waitFor({ timeout: 120_000 });
    },
    of: 'elit-attention',
  },
  'time-split': {
    query: 'backend=webgpu&steps=4&guidance=1&subject=strawberry&style=noto&seed=7',
    reach: async (page) => {
      await drawn(page);
      await page.locator('elit-latency-split summary').click();
      await page.waitForTimeout(10_000);
    },
  },
  guidance: { query: `${QUICK}&guidance=2.5&guidance-kind=ccfg`, reach: drawn, of: 'elit-settings-panel' },
  'start-picture': {
    query: QUICK.replace('strawberry', 'red apple'),
    reach: async (page) => {
      await drawn(page);
      await page.locator('elit-start-picture input[type=file]').setInputFiles(await sketch(page));
      await page.locator('[data-settings*=strength][data-state=done]').waitFor({ timeout: 120_000 });
    },
  },
  'target-latency': {
    query: QUICK,
    reach: async (page) => {
      await drawn(page);
      await page.getByRole('switch', { name: 'Draw it within' }).click();
      await page.waitForTimeout(8000);
      await drawn(page);
    },
  },
  device: {
    query: 'backend=webgpu&steps=4&guidance=1&subject=strawberry&style=noto&seed=7',
    reach: async (page) => {
      await drawn(page);
      await page.locator('elit-device-panel summary').click();
      await page.waitForTimeout(15_000);
    },
    of: 'elit-device-panel',
  },
  'how-it-works': { query: `${QUICK}&budget=4`, reach: drawn, of: 'elit-how-it-works' },
  shortcuts: {
    query: QUICK,
    reach: async (page) => {
      await drawn(page);
      await button(page, 'Keyboard shortcuts').click();
    },
  },
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !Object.hasOwn(STATES, name));
if (unknown.length > 0) {
  process.stderr.write(`No such state: ${unknown.join(', ')}. There are: ${Object.keys(STATES).join(', ')}.\n`);
  process.exit(2);
}

await mkdir(FOLDER, { recursive: true });
const server = await preview({ preview: { host: '127.0.0.1', port: 0 }, logLevel: 'warn' });
const browser = await browsers.launch(await chromium());
try {
  for (const [name, { as = DESKTOP, query = '', dark = false, before, reach, of }] of Object.entries(STATES)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    const page = await browser.newPage({ ...as, colorScheme: dark ? 'dark' : 'light', reducedMotion: 'reduce' });
    await before?.(page);
    await page.goto(`${server.resolvedUrls?.local[0]}?${query}`);
    await reach?.(page);
    await page.waitForTimeout(1500);
    const path = `${FOLDER}/${name}.png`;
    if (of) await part(page, of).screenshot({ path });
    else await page.screenshot({ path });
    await page.close();
    process.stdout.write(`${path}\n`);
  }
} finally {
  await browser.close();
  await server.close();
}
