import { expect, type Locator, type Page, test } from '@playwright/test';
import { testEveryLook } from './every-look.ts';
import { openWithFake } from './fake-engine.ts';

/** Choosing how a picture is guided, without the model: what is offered at which cost, and what is asked for. */

const kind = (page: Page, name: string): Locator => page.getByRole('radio', { name: new RegExp(`^${name} `) });
const number = (page: Page, name: string): Locator => page.getByRole('spinbutton', { name });

test('every kind stands with its cost, and that follows the budget', async ({ page }) => {
  const studio = await openWithFake(page, { stepMs: 0 });
  await studio.drawn();
  // Budgets 8 and 1 cost 65 % and about 34 % of a full forward.
  for (const [name, cost] of [
    ['None', 32],
    ['CFG', 65],
    ['CCFG', 50],
    ['Autoguidance', 50],
  ] as const) {
    await expect(kind(page, name)).toHaveAccessibleName(new RegExp(`${cost} %$`));
  }
  await studio.budget.press('End');
  await expect(kind(page, 'CFG')).toHaveAccessibleName(/100 %$/);
  await expect(kind(page, 'CCFG')).toHaveAccessibleName(/67 %$/);
  await expect(kind(page, 'None')).toHaveAccessibleName(/50 %$/);
});

test('what is chosen is drawn, with its numbers, and the caption names it', async ({ page }) => {
  const studio = await openWithFake(page, { stepMs: 0 });
  await studio.drawn({ guidance: { kind: 'cfg', scale: 2.5, budget: 1, interval: [0, 1] } });
  await kind(page, 'CFG').press('ArrowDown'); // a radio group is one stop, and its arrows choose
  await studio.drawn({ guidance: { kind: 'ccfg', scale: 2.5, budget: 1, interval: [0, 1] } });
  await number(page, 'Guiding budget').fill('2');
  await number(page, 'Guided from t').fill('0.2');
  await number(page, 'up to t').fill('0.8');
  await studio.drawn({ guidance: { kind: 'ccfg', scale: 2.5, budget: 2, interval: [0.2, 0.8] } });
  await expect(page.getByText('CCFG 2.5 at budget 2, t 0.2 to 0.8')).toBeVisible();
  await kind(page, 'None').check();
  await expect(page.getByText('no guidance')).toBeVisible();
  await expect(page.getByRole('spinbutton', { name: 'Guidance scale' })).toHaveCount(0);
  await kind(page, 'Autoguidance').check();
  await expect(page.getByText('autoguidance 2.5 at budget 2, t 0.2 to 0.8')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Draw', exact: true })).toHaveCount(0); // the picture is the one asked for
});

test('numbers out of range are marked, passed on, and gone with the kind that has no field for them', async ({
  page,
}) => {
  const studio = await openWithFake(page, { stepMs: 0 });
  await studio.drawn();
  await kind(page, 'CCFG').check();
  await number(page, 'Guiding budget').fill('17');
  await expect(number(page, 'Guiding budget')).toHaveAttribute('aria-invalid', 'true');
  await expect(kind(page, 'CCFG')).toHaveAccessibleName(/–$/);
  await studio.drawn({ guidance: { kind: 'ccfg', scale: 2.5, budget: 17, interval: [0, 1] } });
  await number(page, 'up to t').fill('0.3');
  await number(page, 'Guided from t').fill('0.5');
  await expect(number(page, 'up to t')).toHaveAttribute('aria-invalid', 'true');
  await kind(page, 'None').check();
  await studio.drawn({ guidance: { kind: 'none', scale: 2.5, budget: 1, interval: [0, 1] } });
});

testEveryLook(async (page, info) => {
  const studio = await openWithFake(page, { stepMs: 0 });
  await studio.drawn();
  await kind(page, 'CCFG').check();
  await studio.drawn();
  await kind(page, 'CCFG').scrollIntoViewIfNeeded();
  await page.screenshot({ path: info.outputPath('guidance.png'), fullPage: true });
});
