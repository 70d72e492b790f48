/**
 * How long a first visit waits for its first picture, and what of onnxruntime it downloads for that: with the decoder on
 * our kernels, and with a decoder that has one step more (Identity), which leaves it to onnxruntime.
 */
import { createHash } from 'node:crypto';

/** One step: what is compared is not the sampling. */
const ADDRESS = '?backend=webgpu&steps=1&guidance=1&budget=1';
/** On a software GPU, ms. */
const PATIENCE = 180_000;
/** Everything of onnxruntime, as the build names it. */
const RUNTIME = /\/(ort-|decoder-worker-)[^/]*$/;

/**
 * Visits in turn, each in a browser context of its own that keeps nothing.
 * @param {import('@playwright/test').Browser} browser
 * @param {string} address of the site
 * @param {number} rounds
 * @param {(file: Uint8Array, input: string) => Uint8Array} withIdentity
 * @returns {Promise<Record<'ownKernels' | 'onnxruntime', import('./core/report.ts').FirstImage>>} the fastest of each
 */
export async function firstImages(browser, address, rounds, withIdentity) {
  const folder = new URL('models/emoji-128/', address);
  const manifest = await (await fetch(new URL('model.json', folder))).json();
  const file = new Uint8Array(await (await fetch(new URL('decoder.onnx', folder))).arrayBuffer());
  const decoder = Buffer.from(withIdentity(file, 'latents'));
  const sha256 = createHash('sha256').update(decoder).digest('hex');
  manifest.files['decoder.onnx'] = { bytes: decoder.length, sha256 };
  const changed = { manifest, decoder };
  const own = [];
  const onnxruntime = [];
  for (let round = 0; round < rounds; round++) {
    own.push(await visit(browser, address, null));
    onnxruntime.push(await visit(browser, address, changed));
  }
  return { ownKernels: fastest(own), onnxruntime: fastest(onnxruntime) };
}

/**
 * @param {import('@playwright/test').Browser} browser
 * @param {string} address
 * @param {{ manifest: object, decoder: Buffer } | null} changed files of the model
 * @returns {Promise<import('./core/report.ts').FirstImage>}
 */
async function visit(browser, address, changed) {
  const context = await browser.newContext({ serviceWorkers: 'block' });
  try {
    const page = await context.newPage();
    if (changed !== null) {
      const { manifest, decoder } = changed;
      const contentType = 'application/octet-stream';
      await page.route('**/model.json', (route) => route.fulfill({ json: manifest }));
      await page.route('**/decoder.onnx', (route) => route.fulfill({ body: decoder, contentType }));
    }
    /** @type {Promise<number>[]} */
    const sizes = [];
    page.on('response', (response) => {
      if (RUNTIME.test(response.url())) sizes.push(response.body().then((body) => body.length));
    });
    await page.goto(new URL(ADDRESS, address).href);
    const image = page.getByRole('img', { name: 'Generated image' });
    await image.and(page.locator('[data-state="done"]')).waitFor({ timeout: PATIENCE });
    const ms = await page.evaluate(() => performance.now());
    const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
    return { ms, runtimeBytes: bytes };
  } finally {
    await context.close();
  }
}

/** @param {readonly import('./core/report.ts').FirstImage[]} visits */
function fastest(visits) {
  return visits.reduce((best, one) => (one.ms < best.ms ? one : best));
}
