import { expect, type Locator, type Page, test } from '@playwright/test';
import { expectAccessible } from './axe.ts';
import { openWithFake } from './fake-engine.ts';
import type { StudioPage } from './studio-page.ts';

/** “Draw it within 100 ms”, on a device whose pictures take what the fake engine says: 20 steps at budget 16, 242 ms. */

const DEVICE = { stepMs: 0, saidMs: 11 };

const toggle = (page: Page): Locator => page.getByRole('switch', { name: 'Draw it within' });
const field = (page: Page): Locator => page.getByRole('spinbutton', { name: 'Target latency' });
const words = (page: Page): Locator => page.locator('elit-target-latency .words');

async function begun(page: Page): Promise<StudioPage> {
  const studio = await openWithFake(page, DEVICE);
  await studio.drawn({ budget: 8 });
  return studio;
}

test('picks the budget and then the steps that keep the time, with the keyboard, and says what they take', async ({
  page,
}) => {
  const studio = await begun(page);
  await expect(field(page)).toBeDisabled();
  await toggle(page).focus();
  await page.keyboard.press('Space');
  // The fewest FLOPs are 34 % of the most: 0.34 · 11 · 20 + 22.
  await expect(words(page)).toHaveText('Budget 1, 20 steps: 98 ms measured');
  expect(await studio.drawn({ budget: 1, steps: 20 })).toMatchObject({ budget: 1, steps: 20 });
  await expect(studio.budget).toHaveValue('1');
  await page.keyboard.press('Tab');
  await expect(field(page)).toBeFocused();
  await field(page).fill('150');
  await page.keyboard.press('Enter');
  await expect(words(page)).toHaveText('Budget 6, 20 steps: 146 ms measured');
  await field(page).fill('70');
  await page.keyboard.press('Enter');
  await expect(words(page)).toHaveText('Budget 1, 12 steps: 67 ms measured');
  await studio.drawn({ budget: 1, steps: 12 });
  await expect(studio.steps).toHaveValue('12');
  await field(page).fill('30');
  await page.keyboard.press('Enter');
  await expect(words(page)).toHaveText('The fastest here takes 52 ms: budget 1, 8 steps');
  await field(page).fill('-3');
  await page.keyboard.press('Enter');
  await expect(words(page)).toHaveText('Give a number of milliseconds above 0');
  await expect(field(page)).toHaveAttribute('aria-invalid', 'true');
});

test('the address holds what was really used', async ({ page }) => {
  const studio = await begun(page);
  await toggle(page).check();
  await studio.drawn({ budget: 1 });
  await expect.poll(() => new URL(page.url()).searchParams.get('budget')).toBe('1');
});

test('moving the slider, or the steps, leaves it', async ({ page }) => {
  const studio = await begun(page);
  await toggle(page).check();
  await studio.drawn({ budget: 1 });
  await studio.budget.press('ArrowRight');
  await expect(toggle(page)).not.toBeChecked();
  await expect(words(page)).toHaveText('Off: budget or steps were set by hand');
  await studio.drawn({ budget: 2, steps: 20 });
  await toggle(page).check();
  await studio.drawn({ budget: 1, steps: 20 });
  await studio.steps.fill('12');
  await expect(toggle(page)).not.toBeChecked();
  await studio.drawn({ budget: 1, steps: 12 });
});

test('stays while other things change, and speaks once', async ({ page }) => {
  const studio = await begun(page);
  const live = page.locator('elit-target-latency [aria-live]');
  await toggle(page).check();
  await expect(live).toHaveText('Budget 1, 20 steps: 98 ms measured');
  const spoken = await live.evaluateHandle((region) => {
    const changes: string[] = [];
    new MutationObserver(() => changes.push(region.textContent)).observe(region, {
      subtree: true,
      characterData: true,
      childList: true,
    });
    return changes;
  });
  for (let i = 0; i < 3; i++) {
    await studio.newSeed.click();
    await studio.drawn({ seed: Number(await studio.seed.inputValue()), budget: 1 });
  }
  await page.waitForTimeout(1600);
  expect(await spoken.jsonValue()).toEqual([]);
  await expect(toggle(page)).toBeChecked();
});

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [320, 1280]) {
    test(`fits ${width} px, ${colorScheme}, and axe finds nothing`, async ({ page }, info) => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 800 });
      await begun(page);
      await toggle(page).scrollIntoViewIfNeeded();
      const before = await page.locator('elit-settings-panel').boundingBox();
      await toggle(page).check();
      await expect(words(page)).toContainText('measured');
      expect(await page.locator('elit-settings-panel').boundingBox()).toEqual(before);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      expect((await toggle(page).locator('xpath=..').boundingBox())?.height).toBeGreaterThanOrEqual(44);
      await expectAccessible(page, { within: 'main' });
      await page.screenshot({ path: info.outputPath('target.png') });
    });
  }
}
