import { expect, type Page, test } from '@playwright/test';
import { ERROR_CODES, type ErrorCode } from '../../src/errors.ts';
import { ERROR_WORDS } from '../support/error-words.ts';
import { expectAccessible } from './axe.ts';

/** Every failure that there is, in the one component that shows them. */

const CONTEXT = 'model: emoji-128\nbrowser: some';
/** The same again would fail the same way: no button promises otherwise. */
const FINAL: readonly ErrorCode[] = [
  'insecure-context',
  'webgpu-missing',
  'request-invalid',
  'unsupported',
  'name-unknown',
  'picture-invalid',
  'archive-invalid',
  'superseded',
];

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    test('every failure has a face of its own', async ({ page }, info) => {
      await showAll(page);
      const faces = page.getByRole('alert');
      await expect(faces).toHaveCount(ERROR_CODES.length);
      const headings = await faces.getByRole('heading').allInnerTexts();
      expect(new Set(headings).size).toBe(ERROR_CODES.length);
      for (const heading of headings) expect(heading).toMatch(/^[A-Z][^.!]{8,44}$/);
      await expectAccessible(page, { within: 'main' });
      await page.locator('main').screenshot({ path: info.outputPath(`faces-${colorScheme}.png`) });
    });
  });
}

test('it says what happened and what to do, has details to copy, and a way on where there is one', async ({
  page,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await showAll(page);
  for (const [i, code] of ERROR_CODES.entries()) {
    const face = page.getByRole('alert').nth(i);
    const [message, hint] = ERROR_WORDS[code];
    await expect(face.getByText(message, { exact: true }), code).toBeVisible();
    await expect(face.getByText(hint, { exact: true }), code).toBeVisible();
    await expect(face.getByRole('button', { name: 'Try again' }), code).toHaveCount(FINAL.includes(code) ? 0 : 1);
    await face.getByRole('button', { name: 'Copy details' }).click();
    await expect(face.getByRole('button', { name: 'Copied' })).toBeVisible();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toBe(`${code}: ${message}\n${hint}\n${CONTEXT}`);
  }
});

test('words of a sentence or two: a message names what is wrong, a hint what to do', () => {
  for (const [message, hint] of Object.values(ERROR_WORDS)) {
    expect(hint).toMatch(/[.?]$/);
    for (const words of [message, hint]) expect(words.length).toBeLessThan(160);
    expect(message).not.toBe(hint);
  }
});

/** All faces side by side in place of the studio, as wide as a phone shows them. */
async function showAll(page: Page): Promise<void> {
  await page.goto('./?backend=none');
  const errors = ERROR_CODES.map((code) => ({ code, message: ERROR_WORDS[code][0], hint: ERROR_WORDS[code][1] }));
  await page.evaluate(
    ([errors, context]) => {
      const faces = errors.map((error) =>
        Object.assign(document.createElement('elit-error-notice'), { error, context }),
      );
      const main = document.querySelector('main')!;
      main.replaceChildren(...faces);
      main.style.cssText = 'display: grid; grid-template-columns: repeat(3, 1fr); gap: 1rem; align-items: start';
    },
    [errors, CONTEXT] as const,
  );
}
