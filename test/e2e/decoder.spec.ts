import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import type { DecoderInfo } from '../../src/generator/types.ts';
import { withIdentity } from '../support/onnx.ts';
import { MODEL, readDrawings } from '../support/page-model.ts';
import { clipped, premultiplied, readImage } from './recorded-image.ts';
import { QUICK, StudioPage } from './studio-page.ts';

/** Everything of onnxruntime, as the build names it. */
const RUNTIME = /\/(ort-|decoder-worker-)[^/]*$/;

test('on WebGPU nothing of onnxruntime is downloaded', async ({ page }) => {
  const studio = new StudioPage(page);
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(`./?${QUICK}&budget=1`);
  await studio.drawn({ budget: 1 });
  await studio.budget.press('ArrowRight');
  await studio.drawn({ budget: 2 });
  expect(requests.filter((url) => url.endsWith('/decoder.onnx'))).toHaveLength(1);
  expect(requests.filter((url) => RUNTIME.test(url))).toEqual([]);
  expect(await decoderOf(studio)).toEqual({ backend: 'webgpu', why: null });
  expect(studio.complaints).toEqual([]);
});

test('a decoder with a step that our kernels lack is onnxruntime’s, and draws the same', async ({ page }) => {
  const decoder = Buffer.from(withIdentity(await readFile(`${MODEL}/decoder.onnx`), 'latents'));
  const manifest = JSON.parse(await readFile(`${MODEL}/model.json`, 'utf8'));
  const sha256 = createHash('sha256').update(decoder).digest('hex');
  manifest.files['decoder.onnx'] = { bytes: decoder.length, sha256 };
  await page.route('**/model.json', (route) => route.fulfill({ json: manifest }));
  await page.route('**/decoder.onnx', (route) =>
    route.fulfill({ body: decoder, contentType: 'application/octet-stream' }),
  );
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  const { golden, first } = await readDrawings();
  const studio = new StudioPage(page);
  await page.goto(`./?${QUICK}&budget=1&${new URLSearchParams({ subject: first.subject, style: first.style })}`);
  await studio.drawn({ budget: 1, subject: first.subject });
  await page.evaluate(
    (values) => {
      document.querySelector('elit-studio')!.noise = Float32Array.from(values);
    },
    Array.from(golden.float32('0.noise')),
  );
  await studio.drawn({ seed: null });
  const drawn = premultiplied((await readImage(page)).pixels);
  const recorded = clipped(golden.float32('0.quick_budget_1.image'));
  const worst = drawn.reduce((most, value, i) => Math.max(most, 255 * Math.abs(value - recorded[i]!)), 0);
  expect(worst).toBeLessThanOrEqual(1.5); // both bytes of a straight-alpha pixel are rounded; see drawing.spec.ts
  expect(requests.filter((url) => RUNTIME.test(url)).length).toBeGreaterThanOrEqual(3);
  expect(await decoderOf(studio)).toEqual({ backend: 'wasm', why: expect.stringContaining('“Identity”') });
  expect(studio.complaints).toEqual([]);
});

function decoderOf({ page }: StudioPage): Promise<DecoderInfo | undefined> {
  return page.evaluate(() => {
    const studio = document.querySelector('elit-studio')!;
    return studio.shadowRoot!.querySelector('elit-settings-panel')!.info?.decoder;
  });
}
