import { expect, type Page, test } from '@playwright/test';
import type { FaultyServer } from '../support/faulty-server.ts';
import { readPageManifest } from '../support/page-model.ts';
import { expectAccessible } from './axe.ts';
import { serveSite } from './site-server.ts';
import { StudioPage } from './studio-page.ts';

/** The network, the disk and other tabs, as they break while a model is loaded. The pictures are the real ones. */

const { weights, decoder, text } = (await readPageManifest()).manifest;
const WEIGHTS = weights.name;
/** What a visit keeps: the encoders of pictures and of prompts are fetched when they are needed. */
const KEPT = weights.bytes + decoder.bytes + (text?.names.bytes ?? 0);
const CHUNK = 4 * 2 ** 20;
const ADDRESS = '?backend=webgpu&steps=1&guidance=1&budget=1';

let site: FaultyServer;

test.beforeEach(async () => {
  site = await serveSite();
});

test.afterEach(() => site.stop());

test('a network that is cut in the middle of a file: the rest is fetched, also after a reload', async ({ page }) => {
  const studio = new StudioPage(page);
  // The first connection dies after 9 MB, and the next ones bring nothing until the page is loaded again.
  site.fault = ({ path }) => {
    if (!path.endsWith(WEIGHTS)) return undefined;
    return site.rangesOf(WEIGHTS).length === 1 ? { cutAfter: 9_000_000 } : { cutAfter: 0 };
  };
  await page.goto(site.origin + ADDRESS);
  await studio.failed(/The download broke off.*elit\.safetensors/s);
  expect(site.rangesOf(WEIGHTS)[0]).toBeUndefined();
  // A cut loses what the page had not read yet, so it goes on at the 9 MB or a little before.
  const reached = starts(WEIGHTS)[1]!;
  expect(reached).toBeGreaterThan(0);
  expect(reached).toBeLessThanOrEqual(9_000_000);
  // Cut once more, it goes on within the same load.
  const before = site.rangesOf(WEIGHTS).length;
  site.fault = ({ path }) =>
    path.endsWith(WEIGHTS) && site.rangesOf(WEIGHTS).length === before + 1 ? { cutAfter: CHUNK + 1000 } : undefined;
  await page.reload();
  await studio.drawn({ steps: 1 });
  const [again, further, ...more] = starts(WEIGHTS).slice(before);
  // Whole chunks are kept over a reload, and every byte within a load.
  expect(again).toBe(Math.floor(reached / CHUNK) * CHUNK);
  expect(further).toBeGreaterThan(again!);
  expect(further).toBeLessThanOrEqual(again! + CHUNK + 1000);
  expect(more).toEqual([]);
});

/** Where each request for a file's bytes began; 0 for the whole of it. All go to the end of the weights. */
function starts(name: string): number[] {
  return site.rangesOf(name).map((range) => {
    if (range === undefined) return 0;
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(range)!;
    expect(Number(to)).toBe(weights.bytes - 1);
    return Number(from);
  });
}

test('a byte that arrives damaged: its chunk is fetched again; twice, and the page names it', async ({ page }) => {
  const studio = new StudioPage(page);
  site.fault = ({ path }) => (path.endsWith(WEIGHTS) ? { flip: CHUNK + 5 } : undefined);
  await page.goto(site.origin + ADDRESS);
  await studio.failed(
    new RegExp(`The model arrived damaged.*Chunk 2 of ${weights.chunks!.sha256.length} of elit\\.safetensors`, 's'),
  );
  expect(site.rangesOf(WEIGHTS)).toEqual([undefined, `bytes=${CHUNK}-${2 * CHUNK - 1}`]);
  let answers = 0;
  site.fault = ({ path }) => (path.endsWith(WEIGHTS) && answers++ === 0 ? { flip: CHUNK + 5 } : undefined);
  await page.getByRole('button', { name: 'Try again' }).click();
  await studio.drawn({ steps: 1 });
  expect(site.rangesOf(WEIGHTS).slice(2)).toEqual([
    `bytes=${CHUNK}-${weights.bytes - 1}`,
    `bytes=${CHUNK}-${2 * CHUNK - 1}`,
  ]);
});

for (const shelf of ['files', 'caches'] as const) {
  test(`a byte that the disk damaged (${shelf}): its chunk is fetched again, and nothing else`, async ({ page }) => {
    const studio = new StudioPage(page);
    if (shelf === 'caches') await withoutFiles(page);
    await page.goto(site.origin + ADDRESS);
    await studio.drawn({ steps: 1 });
    await page.evaluate(shelf === 'files' ? damageFile : damageCache, [WEIGHTS, 2, CHUNK] as const);
    await page.reload();
    await studio.drawn({ steps: 1 });
    expect(site.rangesOf(WEIGHTS)).toEqual([undefined, `bytes=${2 * CHUNK}-${3 * CHUNK - 1}`]);
    expect(site.rangesOf('decoder.onnx')).toEqual([undefined]);
  });
}

test('a disk without room: the model is drawn with all the same, and the page says why it is not kept', async ({
  page,
}) => {
  const studio = new StudioPage(page);
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Storage.overrideQuotaForOrigin', { origin: site.origin, quotaSize: 20_000_000 });
  await page.goto(site.origin + ADDRESS);
  await studio.drawn({ steps: 1 });
  await expect(page.getByText('has no more room to keep the model in')).toBeVisible();
  expect(site.rangesOf(WEIGHTS)).toEqual([undefined]);
});

test('two tabs at once: one download, two pictures; what is kept can be listed and removed', async ({
  page,
  context,
}) => {
  const other = await context.newPage();
  const address = site.origin + ADDRESS;
  await Promise.all([page.goto(address), other.goto(address)]);
  await Promise.all([page, other].map((tab) => new StudioPage(tab).drawn({ steps: 1 })));
  expect(site.rangesOf(WEIGHTS)).toEqual([undefined]);
  const [before, after] = await page.evaluate(async (library) => {
    const { storedModels, evictModel }: typeof import('../../src/index.ts') = await import(library);
    const models = await storedModels();
    await evictModel('models/emoji-128/');
    return [models, await storedModels()] as const;
  }, `${site.origin}/lib/elit-web.js`);
  expect(before).toEqual([
    { address: `${site.origin}/models/emoji-128/`, bytes: expect.any(Number), lastUsed: expect.any(Number) },
  ]);
  expect(before[0]!.bytes).toBeGreaterThanOrEqual(KEPT);
  expect(after).toEqual([]);
  await page.reload();
  await new StudioPage(page).drawn({ steps: 1 });
  expect(site.rangesOf(WEIGHTS)).toEqual([undefined, undefined]);
});

test('the page lists what it keeps, and removes it', async ({ page }) => {
  await page.goto(site.origin + ADDRESS);
  await new StudioPage(page).drawn({ steps: 1 });
  await page.getByText('Models on this device').click();
  const line = page.getByText(/emoji-128, \d+\.\d MB/);
  await expect(line).toBeVisible();
  expect(Number.parseFloat((await line.innerText()).split(', ')[1]!)).toBeCloseTo(KEPT / 1e6, 0);
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Remove emoji-128' }).click();
  await expect(page.getByText('None is kept.')).toBeVisible();
});

/** A browser without the origin private file system; the store lives in the generator's worker. */
async function withoutFiles(page: Page): Promise<void> {
  await page.route(/\/assets\/worker-.*\.js$/, async (route) => {
    const response = await route.fetch();
    const body = `Reflect.deleteProperty(StorageManager.prototype, 'getDirectory');\n${await response.text()}`;
    await route.fulfill({ response, body });
  });
}

type Damage = readonly [file: string, chunk: number, chunkBytes: number];

/** Runs in the page. */
async function damageFile([file, chunk, chunkBytes]: Damage): Promise<void> {
  const root = await (await navigator.storage.getDirectory()).getDirectoryHandle('elit-web-models');
  for await (const folder of root.values()) {
    const handle = await (folder as FileSystemDirectoryHandle).getFileHandle(file);
    const writable = await handle.createWritable({ keepExistingData: true });
    await writable.write({ type: 'write', position: chunk * chunkBytes + 99, data: Uint8Array.of(1, 2, 3) });
    await writable.close();
  }
}

/** Runs in the page. */
async function damageCache([file, chunk]: Damage): Promise<void> {
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    const [request] = (await cache.keys()).filter(({ url }) => url.endsWith(`/${file}/${chunk}`));
    const bytes = new Uint8Array(await (await cache.match(request!))!.arrayBuffer());
    bytes.set([1, 2, 3], 99);
    await cache.put(request!, new Response(bytes));
  }
}
