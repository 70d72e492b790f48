import { expect, type Page, test } from '@playwright/test';
import { MOVE_TO_IMAGE, MOVE_TO_PIXELS } from '../../src/ui/generation/drag-trace.ts';
import { openWithFake } from './fake-engine.ts';
import type { StudioPage } from './studio-page.ts';

/** What a drag of the slider asks of the engine, and what the page shows meanwhile; no picture is judged. */

/** Twenty steps take two seconds and a bit: too long to follow the hand, so that drafts have four. */
const SLOW = { stepMs: 110 };
const DRAFT = 'Draft, 4 steps';

test('on a slow device a drag shows drafts, and at rest the picture with all steps', async ({ page }) => {
  const studio = await begun(page, SLOW);
  const first = await studio.settings();
  await dragTo(studio, [9, 10, 11, 12, 13, 14, 15, 16], 60);
  await expect(page.getByText(DRAFT)).toBeVisible();
  expect(await studio.settings(), 'the last finished image').toEqual(first);
  expect(await studio.state()).toBe('busy');
  await page.mouse.up();
  await studio.drawn({ budget: 16, steps: 20 });
  await expect(page.getByText(DRAFT)).toHaveCount(0);

  await expectOneAtATime(page);
  const calls = (await page.evaluate(() => window.fakeCalls)).map(({ budget, steps }) => `${budget}: ${steps}`);
  expect(calls.length).toBeLessThan(8); // no queue: places that the slider passed meanwhile are left out
  expect(calls.at(-1)).toBe('16: 20');
  expect(calls.slice(0, -1).every((call) => call.endsWith(': 4'))).toBe(true);
  const pixels = await measures(page, MOVE_TO_PIXELS);
  expect(pixels[0]?.steps).toBe(4);
  expect(await measures(page, MOVE_TO_IMAGE)).toEqual([{ budget: 16, steps: 20 }]);
});

test('a slider that is held still is at rest too', async ({ page }) => {
  const studio = await begun(page, SLOW);
  await dragTo(studio, [9, 12], 50);
  await studio.drawn({ budget: 12, steps: 20 });
  await page.mouse.up();
  await page.waitForTimeout(300); // letting go asks for nothing more
  expect((await page.evaluate(() => window.fakeCalls)).filter(({ steps }) => steps === 20)).toHaveLength(1);
});

test('a key that is held down is a drag', async ({ page }) => {
  const studio = await begun(page, SLOW);
  await studio.budget.focus();
  for (let i = 0; i < 7; i++) {
    await page.keyboard.down('ArrowLeft');
    await page.waitForTimeout(60);
  }
  await expect(page.getByText(DRAFT)).toBeVisible();
  expect((await page.evaluate(() => window.fakeCalls)).every(({ steps }) => steps === 4)).toBe(true);
  await page.keyboard.up('ArrowLeft');
  await studio.drawn({ budget: 1, steps: 20 });
  await expect(page.getByText(DRAFT)).toHaveCount(0);
  await expectOneAtATime(page);
  expect((await page.evaluate(() => window.fakeCalls)).at(-1)).toMatchObject({ budget: 1, steps: 20 });
});

test('cancelled while a draft is shown, the last finished picture comes back', async ({ page }) => {
  const studio = await begun(page, SLOW);
  const [before, settings] = [await studio.pixels(), await studio.settings()];
  await studio.budget.press('ArrowRight');
  await expect(page.getByText(DRAFT)).toBeVisible();
  await studio.cancel.click();
  await expect(page.getByText(DRAFT)).toHaveCount(0);
  await expect(studio.image).toHaveAttribute('data-state', 'done');
  expect([await studio.pixels(), await studio.settings()]).toEqual([before, settings]);
});

test('on a fast device every picture of a drag has all its steps', async ({ page }) => {
  const studio = await begun(page, { stepMs: 0 });
  await dragTo(studio, [9, 10, 11, 12], 150);
  await page.mouse.up();
  await studio.drawn({ budget: 12, steps: 20 });
  await expectOneAtATime(page);
  const calls = await page.evaluate(() => window.fakeCalls);
  expect(calls.every(({ steps }) => steps === 20)).toBe(true);
  expect(calls.filter(({ budget }) => budget === 12)).toHaveLength(1);
  expect(await measures(page, MOVE_TO_PIXELS)).toEqual(await measures(page, MOVE_TO_IMAGE));
});

/** The page with its first picture; what was asked of the engine for it is forgotten. */
async function begun(page: Page, engine: { stepMs: number }): Promise<StudioPage> {
  const studio = await openWithFake(page, engine);
  await studio.drawn({ budget: 8, steps: 20 });
  await page.evaluate(() => window.fakeCalls.splice(0));
  return studio;
}

/** Presses the pointer on the slider's thumb and drags it from budget to budget, resting `ms` at each; holds it. */
async function dragTo(studio: StudioPage, budgets: readonly number[], ms: number): Promise<void> {
  const box = (await studio.budget.boundingBox())!;
  const thumb = 28;
  const x = (budget: number) => box.x + thumb / 2 + ((box.width - thumb) * (budget - 1)) / 15;
  const { mouse } = studio.page;
  await mouse.move(x(8), box.y + box.height / 2);
  await mouse.down();
  for (const budget of budgets) {
    await mouse.move(x(budget), box.y + box.height / 2);
    await expect(studio.budget).toHaveValue(String(budget));
    await studio.page.waitForTimeout(ms);
  }
}

async function expectOneAtATime(page: Page): Promise<void> {
  expect(new Set((await page.evaluate(() => window.fakeCalls)).map(({ open }) => open))).toEqual(new Set([1]));
}

function measures(page: Page, name: string): Promise<{ budget: number; steps: number }[]> {
  return page.evaluate(
    (name) => performance.getEntriesByName(name).map((entry) => (entry as PerformanceMeasure).detail),
    name,
  );
}
