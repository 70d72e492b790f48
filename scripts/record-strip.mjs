/**
 * node scripts/record-strip.mjs [--model FOLDER] [--subject NAME] [--style NAME] [--seed N] [--backend NAME]
 *                              [--sheet FILE.png: drawn before by npm run generate -- --sprite]
 *
 * Records what the page shows before the model has arrived: one seed at every budget, drawn by our engine, as one WebP
 * (`public/recorded/NAME.webp`, in rows of equal length, budget 1 first) and what it shows (`NAME.json`). They belong to
 * the page rather than to the model: the page has them before it asks for the model, offline too.
 * A Chromium compresses it, as lossy as keeps it under 60 kB; of transparency, which WebP keeps whole, 16 levels.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import puppeteer from 'puppeteer-core';
import { chromium } from './chromium.mjs';

/** With what it shows, 60 kB. */
const MOST_BYTES = 59_000;
const QUALITIES = [0.85, 0.78, 0.7, 0.6, 0.5];

const { values } = parseArgs({
  options: {
    model: { type: 'string', default: 'public/models/emoji-128' },
    subject: { type: 'string', default: 'red heart' },
    style: { type: 'string', default: 'fluent-emoji' },
    seed: { type: 'string', default: '7' },
    backend: { type: 'string', default: 'webgpu' },
    sheet: { type: 'string' },
  },
});
const { model, subject, style, seed, backend } = values;
const folder = await mkdtemp(join(tmpdir(), 'recorded-'));
try {
  const sheet = values.sheet ?? join(folder, 'sheet.png');
  if (!values.sheet) draw(sheet);
  const webp = await compress(await readFile(sheet));
  const manifest = JSON.parse(await readFile(join(model, 'model.json'), 'utf8'));
  const recorded = {
    ...{ subject, style, seed: Number(seed), steps: manifest.defaults.steps, guidance: manifest.defaults.guidance },
    ...{ width: manifest.image.width, height: manifest.image.height, budgets: manifest.config.group ** 2 },
    weights: manifest.files['elit.safetensors'].sha256,
    sha256: createHash('sha256').update(webp).digest('hex'),
  };
  const file = join('public/recorded', manifest.name);
  await writeFile(`${file}.webp`, webp);
  await writeFile(`${file}.json`, `${JSON.stringify(recorded, null, 2)}\n`);
  process.stdout.write(`Wrote ${file}.webp, ${webp.length} bytes.\n`);
} finally {
  await rm(folder, { recursive: true });
}

/** @param {string} out */
function draw(out) {
  const run = fileURLToPath(new URL('run.mjs', import.meta.url));
  const request = ['--model', model, '--subject', subject, '--style', style, '--seed', seed, '--backend', backend];
  const args = [run, 'src/cli/generate.ts', ...request, '--sprite', '--out', out];
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  if (status !== 0) throw new Error('The pictures could not be drawn.');
}

/** @param {Buffer} png @returns {Promise<Buffer>} the same as a WebP of fewer than `MOST_BYTES` */
async function compress(png) {
  const browser = await puppeteer.launch(await chromium());
  try {
    const page = await browser.newPage();
    for (const quality of QUALITIES) {
      const webp = Buffer.from(await page.evaluate(encode, png.toString('base64'), quality), 'base64');
      if (webp.length < MOST_BYTES) return webp;
    }
    throw new Error(`No quality keeps the pictures under ${MOST_BYTES} bytes.`);
  } finally {
    await browser.close();
  }
}

/** Runs in the browser. @param {string} png in base 64 @param {number} quality @returns {Promise<string>} in base 64 */
async function encode(png, quality) {
  const bytes = Uint8Array.from(atob(png), (char) => char.charCodeAt(0));
  const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('The browser has no canvas.');
  context.drawImage(bitmap, 0, 0);
  const pixels = context.getImageData(0, 0, bitmap.width, bitmap.height);
  for (let i = 3; i < pixels.data.length; i += 4) pixels.data[i] = 17 * Math.round((pixels.data[i] ?? 0) / 17);
  context.putImageData(pixels, 0, 0);
  const blob = await canvas.convertToBlob({ type: 'image/webp', quality });
  return btoa(Array.from(new Uint8Array(await blob.arrayBuffer()), (byte) => String.fromCharCode(byte)).join(''));
}
