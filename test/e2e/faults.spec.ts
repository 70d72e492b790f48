import { readFile } from 'node:fs/promises';
import { expect, type Page, type Route, test } from '@playwright/test';
import { beforeWorkers, insecureSite, NO_ADAPTER, NO_WEBGPU } from './in-workers.ts';
import { AS_BUILT, serveSite, WORKER } from './site-server.ts';
import { QUICK, StudioPage } from './studio-page.ts';

/** Every fault that keeps a first picture from coming, and the words it is answered with. The page stays whole. */

const MODEL = 'public/models/emoji-128';

test('no WebGPU, where it is asked for', async ({ page }) => {
  await beforeWorkers(page, NO_WEBGPU);
  await expectFault(page, /WebGPU is missing.*current Chrome, Edge, Firefox or Safari/s);
});

test('no graphics adapter, where it is asked for', async ({ page }) => {
  await beforeWorkers(page, NO_ADAPTER);
  await expectFault(page, /No graphics card answers.*hardware acceleration/s);
});

test('a GPU with tiny limits, where it is asked for', async ({ page }) => {
  const limits = '({ maxBufferSize: 1024, maxStorageBufferBindingSize: 1024 })';
  await beforeWorkers(page, `Object.defineProperty(GPUDevice.prototype, 'limits', { get: () => ${limits} });`);
  await expectFault(page, /This GPU is too small for the model.*allows 1024.*smaller model/s);
});

test('an insecure address, where WebGPU is asked for', async ({ page, baseURL }) => {
  const site = await insecureSite(page, baseURL!);
  await expectFault(page, /This address is not secure.*plain http.*https/s, `${site}?${QUICK}`);
});

test('a page whose worker is gone', async ({ page }) => {
  const site = await serveSite({
    version: () => ({ ...AS_BUILT, builtAs: (path) => (WORKER.test(path) ? null : path) }),
  });
  await expectFault(page, /The drawing program stopped.*reload the page/s, `${site.origin}/?${QUICK}`);
  await site.stop();
});

test('no such model', async ({ page }) => {
  await expectFault(page, /The model is not there.*nowhere\/model\.json answers/s, `./?${QUICK}&model=nowhere`);
});

test('a model of another site', async ({ page }) => {
  await expectFault(page, /setting can’t be drawn.*not on this site/s, './?model=https://example.org/model/');
});

test('an unknown backend', async ({ page }) => {
  await expectFault(page, /“cuda”.*webgpu/s, './?backend=cuda');
});

test('missing weights', async ({ page }) => {
  await page.route('**/elit.safetensors', (route) => route.fulfill({ status: 404 }));
  await expectFault(page, /The model is not there.*elit\.safetensors answers 404/s);
});

test('a download that breaks off', async ({ page }) => {
  await page.route('**/elit.safetensors', (route) => route.abort('connectionreset'));
  await expectFault(page, /The download broke off.*elit\.safetensors/s);
});

test('truncated weights', async ({ page }) => {
  const weights = await readFile(`${MODEL}/elit.safetensors`);
  await page.route('**/elit.safetensors', (route) => answer(route, weights.subarray(0, 1_000_000)));
  await expectFault(page, /The weights are incomplete/);
});

test('a file that holds no weights', async ({ page }) => {
  await withoutChunks(page);
  const weights = await readFile(`${MODEL}/elit.safetensors`);
  await page.route('**/elit.safetensors', (route) => answer(route, weights.fill(0x7b, 8, 64)));
  await expectFault(page, /The weights are damaged/);
});

test('a configuration that contradicts the weights', async ({ page }) => {
  await withConfig(page, { depth: 14, core_blocks: 12 });
  await expectFault(page, /The weights do not fit the model.*blocks\.1[23]/s);
});

test('a configuration that contradicts itself', async ({ page }) => {
  await withConfig(page, { heads: 3 });
  await expectFault(page, /The model’s configuration is not valid.*heads/s);
});

test('a description that is none', async ({ page }) => {
  await page.route('**/model.json', (route) => route.fulfill({ contentType: 'application/json', body: '{"name":' }));
  await expectFault(page, /The model’s description is not valid/);
});

test('a decoder that is none', async ({ page }) => {
  await withoutChunks(page);
  await page.route('**/decoder.onnx', async (route) => {
    const decoder = await readFile(`${MODEL}/decoder.onnx`);
    await answer(route, decoder.fill(0xff, 0, 4096));
  });
  await expectFault(page, /The image could not be decoded/);
});

test('settings in the address that cannot be drawn', async ({ page }) => {
  const studio = await expectFault(page, /The budget is 17.*from 1 to 16/s, `./?${QUICK}&budget=17`);
  await studio.budget.press('Home');
  await studio.drawn({ budget: 1 });
});

async function expectFault(page: Page, words: RegExp, address = `./?${QUICK}`): Promise<StudioPage> {
  const studio = new StudioPage(page);
  await page.goto(address);
  await studio.failed(words);
  await expect(page.getByRole('heading', { name: 'What to draw' })).toBeVisible();
  await expect(studio.progress).toHaveCount(0);
  return studio;
}

async function answer(route: Route, body: Buffer): Promise<void> {
  await route.fulfill({ body, contentType: 'application/octet-stream' });
}

async function withConfig(page: Page, change: object): Promise<void> {
  const model = JSON.parse(await readFile(`${MODEL}/model.json`, 'utf8'));
  await page.route('**/model.json', (route) =>
    route.fulfill({ json: { ...model, config: { ...model.config, ...change } } }),
  );
}

/** As if the damage were the author's: no hash speaks against it. */
async function withoutChunks(page: Page): Promise<void> {
  const model = JSON.parse(await readFile(`${MODEL}/model.json`, 'utf8'));
  for (const file of Object.values<{ chunks?: unknown }>(model.files)) delete file.chunks;
  await page.route('**/model.json', (route) => route.fulfill({ json: model }));
}
