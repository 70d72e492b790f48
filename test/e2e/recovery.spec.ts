import { createHash } from 'node:crypto';
import { type CDPSession, expect, test, type Worker } from '@playwright/test';
import type { FaultyServer } from '../support/faulty-server.ts';
import { serveSite, withWorkerCode } from './site-server.ts';
import { StudioPage } from './studio-page.ts';

/**
 * Faults that come after the start, each injected for real. The picture and the settings stay, and where recovery is
 * promised the new picture comes without a click. One page serves them all, one after another: every recovery loads
 * the model again, which is the slow part.
 */
test.describe.configure({ mode: 'serial' });

/** Far less than the thirty seconds of the page: a worker's thread is never busy for this long at a stretch. */
const PATIENCE = 5000;
/** A recovery is a load and an image, on a software GPU. */
const RECOVERY = { timeout: 150_000 };

/** Put before the worker's own code: gives the test a hold on the device, and has it destroyed with the next command. */
const HOLD = `{
  const open = GPUAdapter.prototype.requestDevice;
  GPUAdapter.prototype.requestDevice = async function (...descriptor) {
    return (self.device = await open.apply(this, descriptor));
  };
  const submit = GPUQueue.prototype.submit;
  GPUQueue.prototype.submit = function (commands) {
    if (self.doomed) self.device.destroy();
    self.doomed = false;
    return submit.call(this, commands);
  };
}`;
const DOOMED = 'self.doomed = true;';
const NO_ADAPTER = 'GPU.prototype.requestAdapter = async () => null;';

/** What the test sees of a worker with HOLD in it. */
interface Held {
  device: GPUDevice;
  doomed: boolean;
}

let site: FaultyServer;
let studio: StudioPage;
/** Extra code for the workers to come. */
let extra = '';
let seed = 100;

test.setTimeout(240_000);

test.beforeAll(async ({ browser }) => {
  site = await serveSite({ version: () => withWorkerCode(() => `${HOLD}\n${extra}`) });
  const context = await browser.newContext({ baseURL: `${site.origin}/`, viewport: { width: 1280, height: 800 } });
  studio = new StudioPage(await context.newPage());
});

test.afterEach(() => {
  expect(studio.complaints).toEqual([]);
});

test.afterAll(async () => {
  await studio.page.context().close();
  await site.stop();
});

test('a GPU lost during the load is set up again', async () => {
  extra = DOOMED;
  const { page } = studio;
  await page.goto('./?backend=none');
  await page.evaluate((patience) => {
    const element = document.querySelector('elit-studio')!;
    const load = element.loadEngine;
    element.loadEngine = (url, options) => load(url, { ...options, patience });
    element.backend = 'webgpu';
    element.settings = { subject: 'cat face', style: 'noto', seed: 7, steps: 2, budget: 1, guidance: 1 };
    element.model = new URL('models/emoji-128/', document.baseURI).href;
  }, PATIENCE);
  await expect(page.getByText('The GPU was lost. Setting it up again.')).toBeVisible(RECOVERY);
  extra = '';
  await expect(page.getByText('The GPU was lost and set up again.')).toBeVisible(RECOVERY);
  await studio.drawn({ seed: 7, steps: 2 });
});

test('a worker that throws is replaced, and the image finished', async () => {
  await expectFinished('The drawing worker stopped and was started again.', async (worker) => {
    await worker.evaluate(() => {
      setTimeout(() => {
        throw new Error('thrown by the test');
      });
    });
  });
});

test('a worker that is gone without a word is replaced, and the image finished', async () => {
  await expectFinished('The drawing worker stopped and was started again.', (worker) =>
    worker.evaluate(() => self.close()),
  );
});

test('a worker that hangs is replaced, and the image finished', async () => {
  await expectFinished('The drawing worker stopped and was started again.', async (worker) => {
    await worker.evaluate(() => {
      setTimeout(() => {
        for (;;);
      });
    });
  });
});

test('a device lost in the middle of a step is set up again, and the image finished', async () => {
  await expectFinished('The GPU was lost and set up again.', async (worker) => {
    await worker.evaluate(() => {
      (self as unknown as Held).doomed = true;
    });
  });
});

test('a device lost while nothing is drawn is set up again at once', async () => {
  await studio.seed.fill(String(++seed)); // so that what the test before has left on the page is no longer news
  const before = await studio.drawn({ seed });
  await expect(studio.page.getByText(/The GPU was lost/)).toHaveCount(0);
  const shown = await picture();
  await worker().evaluate(() => (self as unknown as Held).device.destroy());
  await expect(studio.page.getByText('The GPU was lost and set up again.')).toBeVisible(RECOVERY);
  expect(await studio.settings()).toEqual(before);
  await expect.poll(picture).toBe(shown);
  await studio.seed.fill(String(++seed));
  await studio.drawn({ seed });
  await expect(studio.page.getByText(/The GPU was lost/)).toHaveCount(0);
});

test('a crash of the GPU process is survived', async ({ browser }) => {
  const cdp: CDPSession = await browser.newBrowserCDPSession();
  await expectFinished('The GPU was lost and set up again.', () => cdp.send('Browser.crashGpuProcess'));
});

test('without an adapter after a loss, the page says so and keeps the picture', async () => {
  extra = NO_ADAPTER;
  await studio.seed.fill(String(++seed)); // so that what the test before has left on the page is no longer news
  const before = await studio.drawn({ seed });
  await expect(studio.page.getByText(/The GPU was lost/)).toHaveCount(0);
  const shown = await picture();
  await worker().evaluate(() => (self as unknown as Held).device.destroy());
  await studio.failed(/No graphics card answers.*hardware acceleration/s);
  expect(await studio.settings()).toEqual(before);
  await expect.poll(picture).toBe(shown);
  await expect(studio.seed).toHaveValue(String(before.seed));
});

test('asked to try again once the adapter is back, the page draws with the settings as they are', async () => {
  extra = '';
  await studio.seed.fill(String(++seed));
  await studio.page.getByRole('button', { name: 'Try again' }).click();
  await expect(studio.alert).toHaveCount(0);
  await studio.drawn({ seed, subject: 'cat face', steps: 2 });
});

/** Asks for a new seed and strikes; the last picture has to stay until the new one is there, and `words` to be said. */
async function expectFinished(words: string, strike: (worker: Worker) => Promise<unknown>): Promise<void> {
  const { page } = studio;
  const before = await studio.drawn();
  const shown = await picture();
  await strike(worker());
  await studio.seed.fill(String(++seed));
  await expect(page.getByText(/The (drawing worker stopped. Starting|GPU was lost. Setting) it/)).toBeVisible(RECOVERY);
  expect(await studio.settings()).toEqual(before);
  await expect.poll(picture).toBe(shown);
  await expect(page.getByText(words)).toBeVisible(RECOVERY);
  await studio.drawn({ ...before, seed });
  await expect(studio.alert).toHaveCount(0);
}

/** What is on the canvas, in short. */
async function picture(): Promise<string> {
  return createHash('sha256')
    .update(Uint8Array.from(await studio.pixels()))
    .digest('hex');
}

/** The generator's worker; the decoder's is another. */
function worker(): Worker {
  const found = studio.page.workers().filter((one) => /\/worker-[^/]*\.js/.test(one.url()));
  expect(found).toHaveLength(1);
  return found[0]!;
}
