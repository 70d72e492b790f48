import { readFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import type { BenchReport } from '../../bench/core/report.ts';
import { tinyModel } from '../support/tiny-model.ts';
import { expectAccessible } from './axe.ts';

/** onnxruntime's build for WebGPU, by the file it loads. */
const WEBGPU_RUNTIME = /asyncify/;

test('only the benchmark’s page refers to onnxruntime’s build for WebGPU', async () => {
  expect((await reachable('bench.html')).some((file) => WEBGPU_RUNTIME.test(file))).toBe(true);
  expect((await reachable('index.html')).filter((file) => WEBGPU_RUNTIME.test(file))).toEqual([]);
});

test('measures a tiny model, and reports every figure at every budget', async ({ page, context }, info) => {
  test.setTimeout(240_000);
  const model = await tinyModel();
  await page.route('**/models/tiny/*', (route, request) => {
    const body = model.get(new URL(request.url()).pathname.split('/').at(-1)!);
    return body ? route.fulfill({ body }) : route.abort();
  });
  await page.goto('./bench.html');
  const report: BenchReport = await page.evaluate(async () => {
    const plan = { model: new URL('models/tiny/', location.href).href, quick: true, budgets: [2, 99], rounds: 1 };
    await customElements.whenDefined('elit-bench');
    return document.querySelector('elit-bench')!.run(plan);
  });

  expect(report).toMatchObject({
    model: 'tiny',
    quick: true,
    budgets: [2],
    tier: expect.any(String),
    adapter: expect.stringMatching(/./),
  });
  const positive = expect.any(Number);
  for (const key of ['forwardMs', 'imageMs', 'ortWasmMs', 'flops', 'bytes', 'dispatches', 'rooflineMs'] as const) {
    expect(report[key], key).toEqual({ 2: positive });
    expect(report[key][2], key).toBeGreaterThan(0);
  }
  expect(report.dispatches[2]).toBe(6 * 5 + 12 + 2); // blocks, Read and Write, embed and final
  const parts = report.parts[2]!; // the software GPU has timestamps
  expect(parts.map(({ part }) => part)).toEqual(['embed', 'head', 'read', 'core', 'write', 'tail', 'final']);
  expect(parts.reduce((sum, { dispatches }) => sum + dispatches, 0)).toBe(report.dispatches[2]);
  expect(parts.reduce((sum, { flops }) => sum + flops, 0)).toBe(report.flops[2]);
  expect(report.overheadShare[2]).toBeLessThan(1);
  expect(report.imageSettings).toEqual({ steps: 5, guidance: 2, stepsDrawn: [1, 3], extrapolated: true });
  // Whatever the runtime's forms are worth here, each has its values checked or says why not.
  const forms = report.ort.webgpu.forms[2]!;
  expect(forms.length).toBeGreaterThan(1);
  for (const { error, excluded } of forms) expect(excluded !== null || error! < 1e-3).toBe(true);
  expect(report.ortWebgpuMs[2] === null).toBe(forms.every(({ excluded }) => excluded !== null));
  expect(report.kernels.reduce((sum, { count }) => sum + count, 0)).toBe(report.dispatches[2]);
  expect(report.largeKernels.map(({ label }) => label)).toContain('fc1 512×1152×4608');
  expect(Object.keys(report.load.phaseMs)).toEqual(expect.arrayContaining(['manifest', 'weights', 'compile']));
  expect(report.load.phaseBytes).toMatchObject({
    weights: model.get('elit.safetensors')!.byteLength,
    decoder: model.get('decoder.onnx')!.byteLength,
  });
  const decoder = report.decoderKernels!;
  expect(decoder.map(({ label }) => label)).toEqual([
    'latents [4, 16, 16]',
    'convolution 3×3, 4 -> [16, 16, 16]',
    'image', // the last shuffle is part of it
  ]);
  const all = [...report.kernels, ...report.largeKernels, ...decoder];
  for (const { gflops, gbps, arithmeticShare, bandwidthShare } of all)
    for (const figure of [gflops, gbps, arithmeticShare, bandwidthShare]) expect(figure).toBeGreaterThanOrEqual(0);
  expect(report.memoryBytes).toBeGreaterThan(model.get('elit.safetensors')!.byteLength / 2);

  await test.step('and shows it', async () => {
    await expect(page.getByRole('heading', { name: 'One forward, ms' })).toBeVisible();
    await expect(page.getByRole('region', { name: 'By budget' }).getByRole('row')).toHaveCount(2);
    for (const summary of ['Every part', 'Every kernel', 'How onnxruntime-web ran', 'JSON'])
      await page.getByText(summary, { exact: true }).click();
    expect(JSON.parse(await page.locator('elit-bench pre').innerText())).toEqual(report);
    await page.screenshot({ path: info.outputPath('results.png'), fullPage: true });
    await expectAccessible(page);
  });

  await test.step('and copies it', async () => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('button', { name: 'Copy as JSON' }).click();
    await expect(page.getByRole('button', { name: 'Copied' })).toBeVisible();
    expect(JSON.parse(await page.evaluate(() => navigator.clipboard.readText()))).toEqual(report);
  });
});

test('can be cancelled, and says what failed', async ({ page }) => {
  await page.route('**/model.json', () => undefined); // never answers
  await page.goto('./bench.html');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Run the quick benchmark' }).click();
  await expect(page.getByRole('progressbar')).toBeVisible();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByRole('button', { name: 'Run every budget' })).toBeVisible();
  await expect(page.getByRole('alert')).toBeHidden();

  await page.unroute('**/model.json');
  await page.route('**/model.json', (route) => route.fulfill({ status: 404 }));
  await page.getByRole('button', { name: 'Run the quick benchmark' }).click();
  await expect(page.getByRole('alert')).toContainText('404');
});

/** A page of the built site and every file that it, its scripts and its workers name, one after another. */
async function reachable(page: string): Promise<string[]> {
  const found = [page];
  for (const file of found) {
    if (!/\.(html|js|mjs)$/.test(file)) continue;
    const text = await readFile(`dist/${file}`, 'utf8');
    for (const [, name] of text.matchAll(/([\w.-]+\.(?:js|mjs|wasm|css))\b/g)) {
      const asset = `assets/${name}`;
      if (!found.includes(asset) && (await exists(`dist/${asset}`))) found.push(asset);
    }
  }
  return found;
}

const exists = (path: string): Promise<boolean> =>
  readFile(path).then(
    () => true,
    () => false,
  );
