import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/**
 * Fails on anything that axe finds in the page, or in its part `within`, once what moves is at rest: a colour on its
 * way from one theme to the other has the contrast of neither.
 */
export async function expectAccessible(page: Page, { within, as }: { within?: string; as?: string } = {}) {
  await page.evaluate(async () => {
    const ends = ({ playState, effect }: Animation) =>
      playState === 'running' && effect?.getComputedTiming().endTime !== Infinity;
    const moving = () => document.getAnimations().filter(ends);
    while (moving().length > 0) await Promise.allSettled(moving().map(({ finished }) => finished)); // or replaced
  });
  const axe = new AxeBuilder({ page });
  const { violations } = await (within === undefined ? axe : axe.include(within)).analyze();
  expect(violations, as).toEqual([]);
}
