import { mkdir } from 'node:fs/promises';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, it, vi } from 'vitest';
import { firefox } from '../../scripts/firefox.mjs';
import { clipped, premultiplied, readImage } from '../e2e/recorded-image.ts';
import { readDrawings } from '../support/page-model.ts';

/** The page in Firefox, driven over WebDriver BiDi. Where it has no WebGPU, the CPU has to draw by itself. */

/** In 1/255: both bytes of a straight-alpha pixel are rounded; see drawing.spec.ts. */
const TOLERANCE = 1.5;
const DRAWN = { timeout: 60_000, interval: 100 };

const { golden, first } = await readDrawings();
const WHAT = new URLSearchParams({ subject: first.subject, style: first.style });

let browser: Browser;
let page: Page;
const complaints: string[] = [];

beforeAll(async () => {
  browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: firefox(),
    defaultViewport: null,
    args: ['--width=1280', '--height=900'],
  });
});

afterAll(() => browser?.close());

beforeEach(async () => {
  page = await browser.newPage();
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (['warn', 'error'].includes(message.type())) complaints.push(message.text());
  });
});

afterEach(async () => {
  await page?.close();
  expect(complaints.splice(0)).toEqual([]);
});

it('draws a first picture, and says what draws and why', async () => {
  await page.goto(new URL(`?steps=4&guidance=1&budget=4&${WHAT}`, inject('site')).href);
  await drawn({ budget: 4, seed: 7 });
  const hasWebGpu = await page.evaluate(() => navigator.gpu !== undefined);
  const { backend, condition } = await state();
  expect(condition).toMatch(/^Drawn by /);
  if (!hasWebGpu) {
    expect(backend).toBe('wasm');
    expect(condition).toBe('Drawn by the CPU: this browser has no WebGPU.');
  }
});

it('draws the recorded pictures on the CPU, as the slider is moved', async () => {
  await page.goto(new URL(`?backend=wasm&steps=4&guidance=1&budget=4&${WHAT}`, inject('site')).href);
  await drawn({ budget: 4 });
  await page.evaluate(
    (noise) => {
      document.querySelector('elit-studio')!.noise = Float32Array.from(noise);
    },
    Array.from(golden.float32('0.noise')),
  );
  await drawn({ budget: 4, seed: null });
  expect(await distance('0.quick_budget_4.image')).toBeLessThanOrEqual(TOLERANCE);
  await page.evaluate(() => {
    const slider = document.querySelector('elit-studio')!.shadowRoot!.querySelector('elit-budget-slider')!;
    slider.shadowRoot!.querySelector('input')!.focus();
  });
  await page.keyboard.press('End');
  await drawn({ budget: 16, seed: null });
  expect(await distance('0.quick_budget_16.image')).toBeLessThanOrEqual(TOLERANCE);
  await page.keyboard.press('Home');
  await drawn({ budget: 1, seed: null });
  expect(await distance('0.quick_budget_1.image')).toBeLessThanOrEqual(TOLERANCE);
  await mkdir('test-results', { recursive: true });
  await page.screenshot({ path: 'test-results/firefox.png' });
  expect(await stickingOut()).toEqual([]);
});

it('draws again after a reload, and where searches have left the vector registers in use', async () => {
  await page.evaluateOnNewDocument(() => new Array<boolean>(1024).fill(false).indexOf(true));
  // As much work as cannot be done in time with the registers in use.
  await page.goto(new URL('?backend=wasm&steps=10&guidance=3&budget=16', inject('site')).href);
  await drawn({ steps: 10, budget: 16 });
  await page.reload();
  await drawn({ steps: 10, budget: 16 });
});

/** Parts of the picture's column that are wider than it. */
function stickingOut(): Promise<string[]> {
  return page.evaluate(() => {
    const root = document.querySelector('elit-studio')!.shadowRoot!;
    const edge = root.querySelector('.picture')!.getBoundingClientRect().right + 1;
    const parts = [...root.querySelectorAll('.picture *')];
    return parts.filter((part) => part.getBoundingClientRect().right > edge).map((part) => part.localName);
  });
}

/** What the page shows. */
async function state() {
  return page.evaluate(() => {
    const root = document.querySelector('elit-studio')!.shadowRoot!.querySelector('elit-stage')!.shadowRoot!;
    const { state, backend, settings } = root
      .querySelector('elit-image-view')!
      .shadowRoot!.querySelector('canvas')!.dataset;
    const condition = root.querySelector('.condition')!.textContent.trim();
    return { state, backend, settings: settings === undefined ? null : JSON.parse(settings), condition };
  });
}

async function drawn(settings: object): Promise<void> {
  await vi.waitFor(async () => expect(await state()).toMatchObject({ state: 'done', settings }), DRAWN);
}

/** The furthest a byte of the picture is from its recorded value, premultiplied, in 1/255. */
async function distance(name: string): Promise<number> {
  const recorded = clipped(golden.float32(name));
  const values = premultiplied((await readImage(page)).pixels);
  return values.reduce((most, value, i) => Math.max(most, 255 * Math.abs(value - recorded[i]!)), 0);
}
