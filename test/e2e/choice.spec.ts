import { expect, type Page, test } from '@playwright/test';
import { AS_HARDWARE, beforeWorkers, insecureSite, NO_ADAPTER, NO_WEBGPU } from './in-workers.ts';
import { serveSite, WORKER, withWorkerCode } from './site-server.ts';
import { StudioPage } from './studio-page.ts';

/** What draws when nobody says what should. Other tests ask for a backend in the address. */

const QUICK = '?steps=2&guidance=1&budget=1';

test('a GPU in software draws where it is the faster one, and WebAssembly where not: measured', async ({ page }) => {
  const studio = new StudioPage(page);
  await page.goto(`./${QUICK}`);
  await expect(studio.image).toHaveAttribute('data-state', 'done', { timeout: 90_000 });
  const backend = await studio.image.getAttribute('data-backend');
  const words = {
    wasm: /the CPU: .* as fast as .* software GPU/,
    webgpu: /GPU in software: .* as fast as WebAssembly/,
  };
  await expect(page.getByText(words[backend as 'wasm' | 'webgpu'])).toBeVisible();
  expect(studio.complaints).toEqual([]);
});

test('without WebGPU the CPU draws, and the page says why', async ({ page }) => {
  await beforeWorkers(page, NO_WEBGPU);
  await expectCpu(page, `./${QUICK}`, 'this browser has no WebGPU');
});

test('without a graphics adapter the CPU draws, and the page says why', async ({ page }) => {
  await beforeWorkers(page, NO_ADAPTER);
  await expectCpu(page, `./${QUICK}`, 'WebGPU finds no graphics card');
});

test('with a GPU of tiny limits the CPU draws, and the page says why', async ({ page }) => {
  const limits = '({ maxBufferSize: 1024, maxStorageBufferBindingSize: 1024 })';
  const tiny = `Object.defineProperty(GPUDevice.prototype, 'limits', { get: () => ${limits} });`;
  await beforeWorkers(page, `${AS_HARDWARE}\n${tiny}`);
  await expectCpu(page, `./${QUICK}`, 'the graphics card is too small for the model');
});

test('over plain http the CPU draws, and the page says why', async ({ page, baseURL }) => {
  const site = await insecureSite(page, baseURL!);
  await expectCpu(page, site + QUICK, 'plain http switches WebGPU off. Use https.');
});

test('when the GPU goes for good, the CPU finishes the image', async ({ page }) => {
  let worker = AS_HARDWARE;
  const site = await serveSite({ version: () => withWorkerCode(() => worker) });
  const studio = new StudioPage(page);
  await page.goto(`${site.origin}/${QUICK}`);
  const before = await studio.drawn();
  await expect(page.getByText('Drawn by the GPU.')).toBeVisible();
  const below = await studio.budget.boundingBox();
  worker = NO_ADAPTER;
  await page
    .workers()
    .find((one) => WORKER.test(one.url()))!
    .evaluate('self.device.destroy()');
  await studio.seed.fill('100');
  await expect(page.getByText('The GPU was lost. Setting it up again.')).toBeVisible();
  expect(await studio.settings()).toEqual(before);
  expect(await studio.budget.boundingBox()).toEqual(below);
  await expect(studio.image).toHaveAttribute('data-backend', 'wasm', { timeout: 60_000 });
  await expect(page.getByText('The GPU could not go on. Now the CPU draws.')).toBeVisible();
  expect(await studio.settings()).toEqual({ ...before, seed: 100 });
  await expect(studio.alert).toHaveCount(0);
  await studio.seed.fill('101');
  await expect(page.getByText('Drawn by the CPU: WebGPU finds no graphics card here.')).toBeVisible();
  await site.stop();
});

async function expectCpu(page: Page, address: string, why: string): Promise<void> {
  const studio = new StudioPage(page);
  await page.goto(address);
  await expect(studio.image).toHaveAttribute('data-state', 'done');
  await expect(studio.image).toHaveAttribute('data-backend', 'wasm');
  await expect(page.getByText(`Drawn by the CPU: ${why}`)).toBeVisible();
  await expect(studio.alert).toHaveCount(0);
  // Browsers say so themselves, of any page over plain http that asks to be isolated.
  expect(studio.complaints.filter((text) => !/Cross-Origin-Opener-Policy header/.test(text))).toEqual([]);
}
