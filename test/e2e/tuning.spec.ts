import { expect, test } from '@playwright/test';
import { QUICK, StudioPage } from './studio-page.ts';

/** What the database of the page holds of tuning, by its key. */
function kept(studio: StudioPage): Promise<[string, Record<string, string>][]> {
  return studio.page.evaluate(async () => {
    const databases = await indexedDB.databases();
    if (!databases.some(({ name }) => name === 'keyval-store')) return [];
    const opened = indexedDB.open('keyval-store');
    await new Promise((resolve) => opened.addEventListener('success', resolve));
    const store = opened.result.transaction('keyval').objectStore('keyval');
    const [keys, values] = [store.getAllKeys(), store.getAll()];
    await new Promise((resolve) => values.addEventListener('success', resolve));
    opened.result.close();
    const entries = keys.result.map((key, i): [string, Record<string, string>] => [String(key), values.result[i]]);
    return entries.filter(([key]) => key.startsWith('elit-web kernels '));
  });
}

test('kernels are tuned after the first picture, kept for the next visit, and named in a report', async ({
  page,
}, info) => {
  const studio = new StudioPage(page);
  await page.goto(`./?${QUICK}&budget=1`);
  await studio.drawn({ budget: 1 });
  await expect.poll(() => kept(studio), { timeout: 60_000 }).toHaveLength(1);
  const [[, chosen]] = (await kept(studio)) as [[string, Record<string, string>]];
  expect(Object.keys(chosen).join()).toMatch(/matmul|attention/);

  await page.reload();
  await studio.drawn({ budget: 1 });
  await page.locator('elit-device-panel summary').click();
  await expect(page.getByText(/^[\d.]+ ms at budget 1, without guidance/), 'the roofline estimate').toBeVisible({
    timeout: 30_000,
  });
  await expect(page.getByText(/^[\d.]+ GFLOP\/s, [\d.]+ GB\/s and [\d.]+ µs a launch, measured here$/)).toBeVisible();
  await page.locator('elit-device-panel').screenshot({ path: info.outputPath('device-panel.png') });
  await expect(page.getByRole('cell', { name: Object.values(chosen)[0]!, exact: true }).first()).toBeVisible();
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await studio.steps.fill('0');
  await page.getByRole('button', { name: 'Copy details' }).click();
  const copied = () => page.evaluate(() => navigator.clipboard.readText());
  await expect.poll(copied).toContain(`kernel: ${Object.values(chosen)[0]} for ${Object.keys(chosen)[0]}`);
  await page.getByRole('button', { name: 'Measure again' }).click();
  await expect(page.getByText('None has been yet.')).toBeVisible();
  expect(studio.complaints).toEqual([]);
});
