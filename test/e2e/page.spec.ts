import { gzipSync } from 'node:zlib';
import { devices, expect, test } from '@playwright/test';
import { expectAccessible } from './axe.ts';
import { type FakeEngine, openWithFake } from './fake-engine.ts';
import type { StudioPage } from './studio-page.ts';

/** The page in every state, without the model: what is seen, what a screen reader meets, what moves. */

const DESKTOP = { viewport: { width: 1280, height: 800 } };
const PHONE = { ...devices['iPhone 13'], viewport: { width: 390, height: 844 } };

const LOADING: FakeEngine = { stuckAt: { phase: 'weights', done: 12_300_000, total: 42_219_296 } };

/** What to show, and how to get there. */
const STATES: Record<string, { engine: FakeEngine; reach: (studio: StudioPage) => Promise<void> }> = {
  done: { engine: { stepMs: 0 }, reach: async (studio) => void (await studio.drawn()) },
  loading: {
    engine: LOADING,
    reach: ({ progress }) => expect(progress).toHaveAttribute('aria-valuetext', /12\.3 of 42\.2 MB/),
  },
  drawing: { engine: {}, reach: ({ cancel }) => expect(cancel).toBeVisible() },
  failed: {
    engine: { stepMs: 0 },
    reach: async (studio) => {
      await studio.drawn();
      await fail(studio);
      await studio.failed(/What went wrong/);
    },
  },
  choosing: {
    engine: { stepMs: 0 },
    reach: async (studio) => {
      await studio.drawn();
      await studio.subject.fill('cat');
      await expect(studio.page.getByRole('listbox').getByRole('option')).toHaveCount(2);
    },
  },
};

for (const [device, size] of Object.entries({ desktop: DESKTOP, phone: PHONE })) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test(`axe finds nothing in any state: ${device}, ${colorScheme}`, async ({ browser, baseURL }, info) => {
      const { defaultBrowserType: _, ...options } = { defaultBrowserType: '', ...size };
      const context = await browser.newContext({ ...options, baseURL: baseURL!, colorScheme, reducedMotion: 'reduce' });
      for (const [state, { engine, reach }] of Object.entries(STATES)) {
        const page = await context.newPage();
        await reach(await openWithFake(page, engine));
        await page.screenshot({ path: info.outputPath(`${state}.png`) });
        await expectAccessible(page, { as: state });
        await page.close();
      }
      await context.close();
    });
  }
}

/** A window of 1280 × 800 at 200 % zoom has half as many CSS pixels; a 4K screen three times as many. */
for (const [what, viewport, scale] of [
  ['at 200 % zoom', { width: 640, height: 400 }, 2],
  ['on a 4K screen', { width: 3840, height: 2160 }, 1],
] as const) {
  test(`${what} nothing is cut off, the picture fits the window, and axe finds nothing`, async ({
    browser,
    baseURL,
  }, info) => {
    const context = await browser.newContext({ viewport, deviceScaleFactor: scale, baseURL: baseURL! });
    const page = await context.newPage();
    const studio = await openWithFake(page, { stepMs: 0 });
    await studio.drawn();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(viewport.width);
    const box = (await studio.image.boundingBox())!;
    expect(box.width).toBeGreaterThan(viewport.width / 6);
    expect(box.height).toBeLessThanOrEqual(viewport.height);
    await page.screenshot({ path: info.outputPath('page.png') });
    await expectAccessible(page);
    await context.close();
  });
}

test.describe('on a desktop', () => {
  test('the page stands before the model, which can be cancelled and asked for again', async ({ page }) => {
    const studio = await openWithFake(page, LOADING);
    await expect(studio.progress).toHaveAttribute('aria-valuetext', /Downloading the weights/);
    await expect(studio.budget).toBeDisabled();
    await expect(studio.image).toHaveAttribute('data-state', 'busy');
    await studio.cancel.click();
    await expect(studio.progress).toHaveCount(0);
    await page.getByRole('button', { name: 'Load the model' }).click();
    await expect(studio.progress).toBeVisible();
  });

  test('nothing moves while the model loads and the first picture comes', async ({ page }) => {
    await page.addInitScript(() => {
      const shifts: number[] = [];
      Object.assign(window, { shifts });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) shifts.push((entry as PerformanceEntry & { value: number }).value);
      }).observe({ type: 'layout-shift', buffered: true });
    });
    const studio = await openWithFake(page, { stepMs: 30 });
    await studio.drawn();
    const shifts = await page.evaluate(() => (window as { shifts?: number[] }).shifts ?? []);
    expect(shifts.reduce((sum, shift) => sum + shift, 0)).toBeLessThan(0.01);
  });

  test('an error moves nothing, keeps the picture, and goes when drawing works again', async ({ page }) => {
    const studio = await openWithFake(page, { stepMs: 0 });
    await studio.drawn();
    const before = [await studio.steps.boundingBox(), await studio.pixels()];
    await fail(studio);
    await studio.failed(/What went wrong/);
    expect([await studio.steps.boundingBox(), await studio.pixels()]).toEqual(before);
    await page.getByRole('button', { name: 'Try again' }).click();
    await studio.drawn();
    await expect(studio.alert).toHaveCount(0);
  });

  test('previews are shown while a slow picture is drawn, and the last one comes back on cancel', async ({ page }) => {
    const studio = await openWithFake(page, { stepMs: 200 });
    await expect(studio.progress).toHaveAttribute('aria-valuetext', /Drawing, [2-9] of 20 steps/);
    expect((await studio.pixels()).some((byte) => byte > 0)).toBe(true);
    await studio.cancel.click();
    await expect(studio.image).toHaveAttribute('data-state', 'done');
    await expect(studio.image).not.toHaveAttribute('data-settings');
    await expect(page.getByRole('button', { name: 'Draw', exact: true })).toBeVisible();
  });

  test('the status speaks once for a drag, not at every picture', async ({ page }) => {
    const studio = await openWithFake(page, { stepMs: 0 });
    await studio.drawn();
    await expect(studio.status).toContainText('83 ms');
    const spoken = await studio.status.evaluate(async (status) => {
      const changes: string[] = [];
      new MutationObserver(() => changes.push(status.textContent)).observe(status, {
        ...{ subtree: true, characterData: true, childList: true },
      });
      const studio = document.querySelector('elit-studio')!;
      const slider = studio.shadowRoot!.querySelector('elit-budget-slider')!.shadowRoot!.querySelector('input')!;
      for (let i = 0; i < 30; i++) {
        slider.value = String(1 + (i % 16));
        slider.dispatchEvent(new Event('input', { bubbles: true }));
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      return changes;
    });
    expect(spoken.length).toBeLessThanOrEqual(1);
  });

  test('Tab goes through the controls in the order of the page', async ({ page }) => {
    const studio = await openWithFake(page, { stepMs: 0 });
    await studio.drawn();
    const { budget, subject, style, seed, newSeed, steps } = studio;
    const heart = page.getByRole('button', { name: 'Keep in favourites' });
    const pin = page.getByRole('button', { name: 'Pin as A' });
    const target = page.getByRole('switch', { name: 'Draw it within' });
    const split = page.locator('elit-latency-split summary');
    await page.getByRole('link', { name: /Paper/ }).focus();
    await expect(heart).toBeVisible(); // its code comes after the picture
    for (const control of [heart, pin, budget, target, split, subject, style, seed, newSeed, steps]) {
      await page.keyboard.press('Tab');
      await expect(control).toBeFocused();
    }
  });
});

test.describe('on a phone', () => {
  test('everything fits the width, and what is touched is large enough', async ({ browser, baseURL }) => {
    const { defaultBrowserType: _, ...phone } = PHONE;
    const page = await browser.newPage({ ...phone, baseURL: baseURL! });
    const studio = await openWithFake(page, { stepMs: 0 });
    await studio.drawn();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    for (const control of await page.getByRole('button').or(page.getByRole('combobox')).or(studio.budget).all()) {
      expect((await control.boundingBox())?.height).toBeGreaterThanOrEqual(44);
    }
    await page.close();
  });

  for (const width of [390, 320]) {
    test(`what a budget means is whole beside its latency, and moves nothing: ${width} px`, async ({ page }) => {
      await page.setViewportSize({ width, height: 800 });
      const studio = await openWithFake(page, { stepMs: 0, saidMs: 115 });
      await studio.drawn();
      const heights = new Set<number>();
      for (const budget of ['16', '9', '1']) {
        await studio.budget.fill(budget);
        const heading = page.locator('elit-budget-slider .heading');
        const [words, latency] = [heading.locator('.read-out span'), page.locator('elit-latency')];
        const aside = (await latency.boundingBox())!;
        for (const part of await words.all()) {
          const isCut = await part.evaluate((span) => span.scrollWidth > span.clientWidth);
          const box = (await part.boundingBox())!;
          const isApart = box.x + box.width <= aside.x || box.y + box.height <= aside.y;
          expect({ isCut, isApart }, await part.innerText()).toEqual({ isCut: false, isApart: true });
        }
        heights.add((await heading.boundingBox())!.height);
      }
      expect(heights.size).toBe(1);
    });
  }
});

test('the code before the first paint is small', async ({ request }) => {
  const html = await (await request.get('./')).text();
  const scripts = [...html.matchAll(/<(?:script|link)[^>]+(?:src|href)="([^"]+\.js)"/g)].map((match) => match[1]!);
  expect(scripts.length).toBeGreaterThan(0);
  let bytes = 0;
  for (const script of scripts) bytes += gzipSync(await (await request.get(script)).body()).length;
  expect(bytes).toBeLessThan(60_000);
});

async function fail({ page }: StudioPage): Promise<void> {
  await page.evaluate(() => {
    const error = { code: 'decoder-failed', message: 'What went wrong.', hint: 'What to do.' } as const;
    document.querySelector('elit-studio')!.fail({ ...error, name: 'ElitError', toData: () => error });
  });
}
