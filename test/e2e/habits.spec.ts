import { expect, type Page, test } from '@playwright/test';
import { expectAccessible } from './axe.ts';
import { openWithFake } from './fake-engine.ts';

/** Undo, shortcuts and the theme, with the engine that paints discs. */

const dialog = (page: Page) => page.getByRole('dialog', { name: 'Keyboard shortcuts' });
const theme = (page: Page, name: string) => page.getByRole('radio', { name });
const paper = (page: Page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
const LIGHT = 'rgb(246, 245, 241)';
const DARK = 'rgb(21, 21, 19)';

test('changes of settings are undone and redone, with keys and buttons; a drag is one', async ({ page }) => {
  const studio = await openWithFake(page, { stepMs: 0 });
  await studio.drawn({ budget: 8, seed: 7 });
  const undo = page.getByRole('button', { name: 'Undo' });
  const redo = page.getByRole('button', { name: 'Redo' });
  await expect(undo).toHaveAttribute('aria-disabled', 'true');

  await studio.newSeed.click();
  await expect(studio.seed).not.toHaveValue('7');
  const seed = Number(await studio.seed.inputValue());
  const track = (await studio.budget.boundingBox())!;
  await page.mouse.move(track.x + track.width / 2, track.y + track.height / 2);
  await page.mouse.down();
  await page.mouse.move(track.x + track.width - 2, track.y + track.height / 2, { steps: 8 });
  await page.mouse.up();
  await studio.drawn({ budget: 16, seed });

  await page.keyboard.press('Control+z');
  await studio.drawn({ budget: 8, seed });
  await undo.click();
  await studio.drawn({ budget: 8, seed: 7 });
  await expect(undo).toHaveAttribute('aria-disabled', 'true');
  await expect(undo).toBeFocused();
  await page.keyboard.press('Control+Shift+Z');
  await studio.drawn({ budget: 8, seed });
  await redo.click();
  await studio.drawn({ budget: 16, seed });
  await expect(redo).toHaveAttribute('aria-disabled', 'true');

  await undo.click();
  await studio.chooseStyle('twemoji');
  await expect(redo).toHaveAttribute('aria-disabled', 'true');
  await studio.drawn({ budget: 8, style: 'twemoji' });
});

test('what is typed into a number is one change until the field is left, however many keys it took', async ({
  page,
}) => {
  const studio = await openWithFake(page, { stepMs: 0 });
  await studio.drawn({ steps: 20 });
  const scale = page.getByRole('spinbutton', { name: 'Guidance scale' });
  await studio.steps.selectText();
  await page.keyboard.type('12');
  await page.keyboard.press('ArrowUp');
  await studio.drawn({ steps: 13 });
  await scale.selectText();
  await page.keyboard.type('3.5');
  await page.keyboard.press('Enter');
  await page.keyboard.press('ArrowUp');
  await studio.drawn({ steps: 13, guidance: { kind: 'cfg', scale: 4, budget: 1, interval: [0, 1] } });

  const undo = page.getByRole('button', { name: 'Undo' });
  await undo.click();
  await expect(scale).toHaveValue('3.5');
  await undo.click();
  await expect(scale).toHaveValue('2.5');
  await expect(studio.steps).toHaveValue('13');
  await undo.click();
  await studio.drawn({ steps: 20 });
  await expect(undo).toHaveAttribute('aria-disabled', 'true');
});

test('what arrows choose among styles or kinds of guidance is one change until the row is left, a press is one, too', async ({
  page,
}) => {
  const studio = await openWithFake(page, { stepMs: 0 });
  await studio.drawn({ style: 'noto', guidance: { kind: 'cfg', scale: 2.5, budget: 1, interval: [0, 1] } });
  const undo = page.getByRole('button', { name: 'Undo' });
  const arrow = async (key: string, times: number) => {
    for (let press = 0; press < times; press++) await page.keyboard.press(key);
  };
  await studio.style.focus();
  await arrow('ArrowRight', 2);
  await studio.drawn({ style: 'any' });
  await page.keyboard.press('Tab');
  await studio.chooseStyle('twemoji');
  await studio.chooseStyle('noto');
  await page.getByRole('radio', { name: /^CFG / }).focus();
  await arrow('ArrowDown', 2);
  await expect(page.getByRole('radio', { name: /^Autoguidance / })).toBeChecked();
  await page.keyboard.press('Tab');

  await undo.click();
  await expect(page.getByRole('radio', { name: /^CFG / })).toBeChecked();
  for (const style of ['twemoji', 'any', 'noto']) {
    await undo.click();
    await studio.drawn({ style, guidance: { kind: 'cfg', scale: 2.5, budget: 1, interval: [0, 1] } });
  }
  await expect(undo).toHaveAttribute('aria-disabled', 'true');
});

test('subjects that the arrows pass are no changes: only the one that is taken', async ({ page }) => {
  const studio = await openWithFake(page, { stepMs: 0 });
  await studio.drawn({ subject: 'cat face' });
  await studio.subject.focus();
  for (const key of ['ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowDown', 'Enter']) await page.keyboard.press(key);
  await studio.drawn({ subject: 'cat' });
  await page.getByRole('button', { name: 'Undo' }).click();
  await studio.drawn({ subject: 'cat face' });
  await expect(page.getByRole('button', { name: 'Undo' })).toHaveAttribute('aria-disabled', 'true');
});

test('a field keeps its own undo', async ({ page }) => {
  const studio = await openWithFake(page, { stepMs: 0 });
  await studio.drawn();
  await studio.budget.press('Home');
  await studio.drawn({ budget: 1 });
  await studio.subject.focus();
  await page.keyboard.press('Control+z');
  await studio.subject.pressSequentially('?');
  await expect(dialog(page)).toHaveCount(0);
  await expect(studio.budget).toHaveValue('1');
});

test('the shortcuts are listed under “?”, and the focus comes back', async ({ page }) => {
  const studio = await openWithFake(page, { stepMs: 0 });
  await studio.drawn();
  await studio.budget.focus();
  await page.keyboard.press('?');
  await expect(dialog(page)).toContainText('Ctrl+Z');
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await expect(dialog(page)).toHaveCount(0);
  await expect(studio.budget).toBeFocused();

  const button = page.getByRole('button', { name: 'Keyboard shortcuts' });
  await button.click();
  await page.getByRole('button', { name: 'Close' }).click();
  await expect(dialog(page)).toHaveCount(0);
  await expect(button).toBeFocused();
});

test('the theme is the system’s until one is chosen, which is remembered', async ({ page }, info) => {
  await page.emulateMedia({ colorScheme: 'light' });
  await (await openWithFake(page, { stepMs: 0 })).drawn();
  await expect(theme(page, 'System')).toBeChecked();
  expect(await paper(page)).toBe(LIGHT);
  await theme(page, 'System').focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await expect(theme(page, 'Dark')).toBeChecked();
  expect(await paper(page)).toBe(DARK);
  await expect(page.locator('meta[name="theme-color"]').first()).toHaveAttribute('content', '#151513');
  await expectAccessible(page);

  const studio = await openWithFake(page, { stepMs: 0 });
  await studio.drawn();
  await expect(theme(page, 'Dark')).toBeChecked();
  expect(await paper(page)).toBe(DARK);
  await page.screenshot({ path: info.outputPath('dark.png'), fullPage: true });
  await theme(page, 'System').check({ force: true });
  expect(await paper(page)).toBe(LIGHT);
  await page.screenshot({ path: info.outputPath('light.png'), fullPage: true });
  await page.setViewportSize({ width: 320, height: 640 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
  await page.screenshot({ path: info.outputPath('narrow.png'), fullPage: true });
});

test('where storage is blocked, the theme holds for the visit', async ({ page }) => {
  await page.addInitScript(() =>
    Object.defineProperty(window, 'localStorage', {
      get: () => {
        throw new DOMException('blocked', 'SecurityError');
      },
    }),
  );
  const studio = await openWithFake(page, { stepMs: 0 });
  await studio.drawn();
  await theme(page, 'Dark').check({ force: true });
  expect(await paper(page)).toBe(DARK);
  expect(studio.complaints).toEqual([]);
});
