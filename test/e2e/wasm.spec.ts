import { expect, test } from '@playwright/test';
import { readDrawings } from '../support/page-model.ts';
import { clipped, premultiplied, readImage } from './recorded-image.ts';
import { QUICK, StudioPage } from './studio-page.ts';

test('the processor draws the same picture as the GPU, and the page says so', async ({ page }) => {
  const { golden, first } = await readDrawings();
  const what = new URLSearchParams({ subject: first.subject, style: first.style });
  const studio = new StudioPage(page);
  const settings = QUICK.replace('backend=webgpu', 'backend=wasm');
  await page.goto(`./?${settings}&budget=4&${what}`);
  await expect(studio.image).toHaveAttribute('data-backend', 'wasm');
  const noise = Array.from(golden.float32('0.noise'));
  await page.evaluate((values) => {
    document.querySelector('elit-studio')!.noise = Float32Array.from(values);
  }, noise);
  await expect.poll(async () => (await studio.settings())?.seed).toBe(null);
  await expect(studio.image).toHaveAttribute('data-state', 'done');
  const drawn = premultiplied((await readImage(page)).pixels);
  const recorded = clipped(golden.float32('0.quick_budget_4.image'));
  const worst = drawn.reduce((most, value, i) => Math.max(most, 255 * Math.abs(value - recorded[i]!)), 0);
  expect(worst).toBeLessThanOrEqual(1.5); // both bytes of a straight-alpha pixel are rounded; see drawing.spec.ts
  await expect(page.getByText('on the CPU').first()).toBeVisible();
  await expect(page.getByText('Drawn by the CPU, as asked.')).toBeVisible();
  expect(studio.complaints).toEqual([]);
});
