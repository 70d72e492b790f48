import { expect, type Page, type TestInfo, test } from '@playwright/test';
import { expectAccessible } from './axe.ts';

const SIZES = [
  { width: 1280, height: 800 },
  { width: 390, height: 844 },
  { width: 320, height: 640 },
];

/**
 * A test in both themes on a desktop, a phone and in the narrowest window, without motion: nothing is cut off, and axe
 * finds nothing.
 * @param show brings up what is looked at, and may keep a picture of it
 */
export function testEveryLook(show: (page: Page, info: TestInfo) => Promise<unknown>): void {
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const size of SIZES) {
      test(`axe finds nothing and nothing is cut off: ${colorScheme}, ${size.width} px`, async ({ page }, info) => {
        await page.setViewportSize(size);
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        await show(page, info);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(size.width);
        await expectAccessible(page);
      });
    }
  }
}
