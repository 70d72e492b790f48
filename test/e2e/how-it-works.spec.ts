import { expect, type Page, test } from '@playwright/test';
import { testEveryLook } from './every-look.ts';
import { openWithFake } from './fake-engine.ts';

/** The section below the studio, without the model: it follows the budget, cites the paper, and says what is known. */

const diagram = (page: Page) => page.getByRole('figure', { name: /The network at budget/ });
const part = (page: Page, name: string) => diagram(page).getByRole('listitem').filter({ hasText: name });

test('the diagram follows the budget as it moves', async ({ page }) => {
  const studio = await openWithFake(page, { stepMs: 0 });
  await studio.drawn();
  await expect(part(page, 'Core')).toHaveText(/10 blocks, 32 of 64 latents\s*35 %/);
  await expect(part(page, 'Head')).toHaveText(/1 block, 64 tokens\s*10 %/);
  const kept = () =>
    part(page, 'Core')
      .locator('.kept')
      .evaluate((path) => path.getAttribute('d')!.split('M').length - 1);
  expect(await kept()).toBe(32);
  await studio.budget.press('Home');
  await expect(part(page, 'Core')).toHaveText(/4 of 64 latents\s*4 %/);
  expect(await kept()).toBe(4);
  await expect(diagram(page)).toContainText('34 % at budget 1');
});

test('the model card has the data, the licences, the limits and the samples seen', async ({ page }) => {
  await (await openWithFake(page, { stepMs: 0 })).drawn();
  const card = page.getByRole('region', { name: 'The model: fake' });
  for (const words of [
    '64 × 64 pixels',
    '1,000 pictures',
    '50,000, each picture about 50 times',
    'an abacus',
    'Limits',
  ]) {
    await expect(card).toContainText(words);
  }
  await expect(card.getByRole('link', { name: 'Noto Emoji' })).toHaveAttribute('href', /^https:\/\/github\.com/);
  await expect(card).toContainText('by Google, Apache-2.0');
});

test('the paper is linked and its BibTeX can be copied', async ({ page }) => {
  await (await openWithFake(page, { stepMs: 0 })).drawn();
  const paper = page.getByRole('region', { name: 'The paper' });
  await expect(paper.getByRole('link')).toHaveAttribute('href', 'https://arxiv.org/abs/2603.12245');
  await page.evaluate(() =>
    Object.defineProperty(navigator, 'clipboard', {
      value: { writeText: async (text: string) => void Object.assign(window, { copied: text }) },
    }),
  );
  await paper.getByRole('button', { name: 'Copy BibTeX' }).click();
  await expect(paper.getByRole('button', { name: 'Copied' })).toBeVisible();
  const copied = await page.evaluate(() => (window as { copied?: string }).copied);
  expect(copied).toMatch(/^@inproceedings\{.*\n.*title = \{One Model, Many Budgets.*eprint = \{2603\.12245\}.*\}$/s);
});

test('its code comes after the model, and not in the first load', async ({ page }) => {
  const fetched: string[] = [];
  page.on('request', (request) => fetched.push(request.url()));
  await openWithFake(page, { stuckAt: { phase: 'weights', done: 1, total: 2 } });
  await expect(page.getByRole('progressbar')).toBeVisible();
  expect(fetched.filter((url) => url.includes('how-it-works'))).toEqual([]);
  await (await openWithFake(page, { stepMs: 0 })).drawn();
  await expect(diagram(page)).toBeVisible();
  expect(fetched.filter((url) => /\/how-it-works[^/]*\.js/.test(url))).toHaveLength(1);
});

test('alone in a page, and for a network without latents', async ({ page }) => {
  await (await openWithFake(page, { stepMs: 0 })).drawn();
  await expect(diagram(page)).toBeVisible();
  await page.evaluate(async () => {
    const info = document.querySelector('elit-studio')!.shadowRoot!.querySelector('elit-how-it-works')!.info!;
    const alone = document.createElement('elit-how-it-works');
    alone.info = { ...info, network: { ...info.network, blocks: { head: 12, core: 0, tail: 0 } } };
    document.querySelector('main')!.replaceChildren(alone);
    await alone.updateComplete;
  });
  await expect(page.getByText('a plain diffusion transformer')).toBeVisible();
  await expect(diagram(page)).toHaveCount(0);
});

testEveryLook(async (page, info) => {
  await (await openWithFake(page, { stepMs: 0 })).drawn();
  await expect(diagram(page)).toBeVisible();
  await page.locator('elit-how-it-works').screenshot({ path: info.outputPath('how-it-works.png') });
});
