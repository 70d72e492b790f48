import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { expect, type Page, test } from '@playwright/test';
import type { FaultyServer } from '../support/faulty-server.ts';
import { expectAccessible } from './axe.ts';
import { AS_BUILT, type SiteVersion, serveSite } from './site-server.ts';
import { StudioPage } from './studio-page.ts';

/** The site on a host that sets no headers, in a folder, over several visits. */

const BASE = '/some/folder/';
const QUICK = 'steps=1&guidance=1&budget=1';

let site: FaultyServer;
let version: SiteVersion;

test.beforeEach(async () => {
  version = AS_BUILT;
  site = await serveSite({ base: BASE, version: () => version });
});

test.afterEach(() => site.stop());

test('after one visit the page draws without a network, and is isolated', async ({ page }) => {
  const studio = new StudioPage(page, 'many');
  const address = `${site.origin}${BASE}?${QUICK}&backend=`;
  await page.goto(`${address}webgpu`);
  await studio.drawn({ steps: 1 });
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
  await active(page);
  expect(await page.evaluate(keptRuntime)).toEqual([]);
  const drawnByProcessor = async () => {
    await page.goto(`${address}wasm`);
    await expect(studio.image).toHaveAttribute('data-backend', 'wasm');
    await expect(studio.image).toHaveAttribute('data-state', 'done');
  };
  await drawnByProcessor();
  await expect.poll(() => page.evaluate(keptRuntime)).toHaveLength(2);
  await site.stop();
  await page.goto(`${address}webgpu`);
  await studio.drawn({ steps: 1 });
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  await drawnByProcessor();
  const policies = await page.evaluate(policiesOfWorkers);
  expect(policies.length).toBeGreaterThan(1);
  for (const policy of policies) expect(policy).toContain("require-trusted-types-for 'script'");
  expect(studio.complaints).toEqual([]);
});

test('an update waits for the user, and a page keeps to the version it came from', async ({ page, context }) => {
  const other = await context.newPage();
  const address = `${site.origin}${BASE}?backend=none`;
  await page.goto(address);
  await active(page);
  await Promise.all([page.reload(), other.goto(address)]);
  await page.evaluate(() => Reflect.set(globalThis, 'isOld', true));
  version = await secondVersion();
  await page.evaluate(() => navigator.serviceWorker.ready.then((registration) => registration.update()));
  const notice = page.getByText('A new version is ready.');
  await expect(notice).toBeVisible();
  await expectAccessible(page);
  await expect(page).toHaveTitle(/^elit-web/);
  expect(await page.evaluate(() => Reflect.get(globalThis, 'isOld'))).toBe(true);
  await page.getByRole('button', { name: 'Reload' }).click();
  await expect(page).toHaveTitle(/^Second elit-web/);
  await expect(notice).toHaveCount(0);
  // The other tab stays as it was, with the files that it has not loaded yet, which the host no longer has.
  await expect(other).toHaveTitle(/^elit-web/);
  await draws(other);
  await draws(page);
  const engines = site.requests.filter(({ path }) => /\/generator-.*\.js$/.test(path)).map(({ path }) => path);
  expect(new Set(engines).size).toBe(2); // one a version, each fetched by the service worker alone
});

test('a host that is just being updated: no mixture is kept', async ({ page }) => {
  await page.goto(`${site.origin}${BASE}?backend=none`);
  await active(page);
  const second = await secondVersion();
  version = { ...second, change: (path, body) => (path === 'index.html' ? body : second.change(path, body)) };
  const state = await page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    await registration.update();
    const installing = registration.installing!;
    return new Promise((resolve) => installing.addEventListener('statechange', () => resolve(installing.state)));
  });
  expect(state).toBe('redundant');
  expect(await page.evaluate(() => caches.keys())).toHaveLength(1);
  await page.reload();
  await expect(page).toHaveTitle(/^elit-web/);
  await expect(page.getByText('A new version is ready.')).toHaveCount(0);
});

/** Until the site's service worker answers for the next load. */
async function active(page: Page): Promise<void> {
  const state = () => navigator.serviceWorker.ready.then(({ active: worker }) => worker?.state);
  await expect.poll(() => page.evaluate(state)).toBe('activated');
}

/** Loads the engine's code only now, and draws. */
async function draws(page: Page): Promise<void> {
  await page.evaluate(() => {
    const studio = document.querySelector('elit-studio')!;
    studio.backend = 'webgpu';
    studio.settings = { steps: 1, guidance: 1, budget: 1, seed: 7 };
    studio.model = new URL('models/emoji-128/', document.baseURI).href;
  });
  await new StudioPage(page, 'many').drawn({ steps: 1 });
}

/** Runs in the page: onnxruntime's files, as far as the service worker has them. */
async function keptRuntime(): Promise<string[]> {
  const name = (await caches.keys()).find((key) => key.includes('site'))!;
  const cache = await caches.open(name);
  return (await cache.keys()).map(({ url }) => url).filter((url) => url.includes('/ort-'));
}

/** Runs in the page: what the service worker's answers for worker scripts say. */
async function policiesOfWorkers(): Promise<(string | null)[]> {
  const names = (await caches.keys()).filter((name) => name.includes('site'));
  const cache = await caches.open(names[0]!);
  const scripts = (await cache.keys()).filter(({ url }) => /worker-.*\.js$|threaded.*\.mjs$/.test(url));
  return Promise.all(scripts.map(async ({ url }) => (await fetch(url)).headers.get('content-security-policy')));
}

/** The same site as if it had been built again: another title, and another name for the engine's file. */
async function secondVersion(): Promise<SiteVersion> {
  const assets = await readdir('dist/assets');
  const engine = assets.find((name) => /^generator-.*\.js$/.test(name))!;
  const renamed = engine.replace(/-.*\.js$/, '-second.js');
  const rewrite = (path: string, body: Buffer): Buffer => {
    if (!/\.(html|js)$/.test(path)) return body;
    const text = body.toString('utf8').replaceAll(engine, renamed);
    return Buffer.from(text.replace('<title>elit-web', '<title>Second elit-web'));
  };
  const files = new Map<string, string>();
  for (const path of ['index.html', ...assets.map((name) => `assets/${name}`)]) {
    const body = rewrite(path, await readFile(`dist/${path}`));
    files.set(path.replace(engine, renamed), createHash('sha256').update(body).digest('base64'));
  }
  const change = (path: string, body: Buffer): Buffer => {
    const changed = rewrite(path, body);
    if (path !== 'service-worker.js') return changed;
    const listed = /path:\s*["'`]([^"'`]*)["'`],\s*integrity:\s*["'`]([^"'`]*)["'`]/g;
    const text = changed.toString('utf8').replace(listed, (entry, name: string, integrity: string) => {
      const hash = files.get(name || 'index.html');
      return hash === undefined ? entry : entry.replace(integrity, `sha256-${hash}`);
    });
    return Buffer.from(text.replace(/(version:\s*["'`])[0-9a-f]{16}/, '$1second'));
  };
  const builtAs = (path: string) => (path.endsWith(engine) ? null : path.replace(renamed, engine));
  return { builtAs, change };
}
