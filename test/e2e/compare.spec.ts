import { expect, type Page, test } from '@playwright/test';
import { expectAccessible } from './axe.ts';
import { openWithFake } from './fake-engine.ts';

/** A pinned picture against the latest one. The engine is a fake whose discs grow with the budget. */

const compare = (page: Page) => page.locator('elit-compare');
const divider = (page: Page) => page.getByRole('slider', { name: 'Divider between A and B' });

test('the divider shows A at its left and B at its right, with pointer and keyboard', async ({ page }) => {
  const studio = await openWithFake(page, { stepMs: 0 });
  await expect(studio.image).toHaveAttribute('data-state', 'done');
  await page.getByRole('button', { name: 'Pin as A' }).click();
  await studio.budget.press('End');
  await expect(page.locator('elit-comparison')).toContainText(/A.*budget 8 .*B.*budget 16 /s);

  await compare(page).scrollIntoViewIfNeeded();
  const frame = (await compare(page).boundingBox())!;
  await page.mouse.click(frame.x + frame.width / 4, frame.y + frame.height / 2);
  await expect(divider(page)).toHaveAttribute('aria-valuetext', 'A 25 %, B 75 %');
  await page.mouse.move(frame.x + frame.width / 4, frame.y + frame.height / 2);
  await page.mouse.down();
  await page.mouse.move(frame.x + 0.75 * frame.width, frame.y + frame.height / 2, { steps: 4 });
  await page.mouse.up();
  await expect(divider(page)).toHaveAttribute('aria-valuetext', 'A 75 %, B 25 %');
  await divider(page).press('ArrowLeft');
  await expect(divider(page)).toHaveAttribute('aria-valuetext', 'A 74 %, B 26 %');
  expect(await clips(page)).toEqual(['inset(0px 26% 0px 0px)', 'inset(0px 0px 0px 74%)']);
  await expectAccessible(page, { within: 'main' });
});

test('the difference is black where both are equal; unpinned, the picture is back', async ({ page }) => {
  const studio = await openWithFake(page, { stepMs: 0 });
  await expect(studio.image).toHaveAttribute('data-state', 'done');
  await page.getByRole('button', { name: 'Pin as A' }).click();
  await page.getByRole('button', { name: 'Difference' }).click();
  expect(await ink(page)).toBe(0);
  await expect(page.locator('elit-comparison')).toContainText(/SSIM\s*1\.000/);
  await studio.budget.press('End');
  await expect.poll(() => ink(page)).toBeGreaterThan(0);
  await expect(page.locator('elit-comparison')).toContainText(/SSIM\s*0\.\d{3}/);
  await page.getByRole('button', { name: 'Unpin A' }).click();
  await expect(studio.image).toBeVisible();
  await expect(compare(page)).toHaveCount(0);
});

/** How the two canvases are cut. */
function clips(page: Page): Promise<string[]> {
  return compare(page).evaluate((element) =>
    ['.a', '.b'].map((part) => getComputedStyle(element.shadowRoot!.querySelector(part)!).clipPath),
  );
}

/** Pixels of the difference that are not black. */
function ink(page: Page): Promise<number> {
  return compare(page).evaluate((element) => {
    const canvas = element.shadowRoot!.querySelector<HTMLCanvasElement>('.difference')!;
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
    let count = 0;
    for (let i = 0; i < data.length; i += 4) count += Number(Math.max(data[i]!, data[i + 1]!, data[i + 2]!) > 0);
    return count;
  });
}
