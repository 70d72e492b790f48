import { expect, test } from '@playwright/test';
import { firstImages } from '../../bench/first-image.mjs';
import { withIdentity } from '../support/onnx.ts';

test('the benchmark’s first visits download onnxruntime only for a decoder that needs it', async ({
  browser,
  baseURL,
}) => {
  test.setTimeout(240_000);
  const { ownKernels, onnxruntime } = await firstImages(browser, baseURL!, 1, withIdentity);
  expect(ownKernels.runtimeBytes).toBe(0);
  expect(onnxruntime.runtimeBytes).toBeGreaterThan(14e6);
  for (const { ms } of [ownKernels, onnxruntime]) expect(ms).toBeGreaterThan(0);
});
