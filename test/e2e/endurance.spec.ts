import { expect, type Page, test, type Worker } from '@playwright/test';
import type { Generator } from '../../src/generator/generator.ts';
import type { GenerateRequest } from '../../src/generator/types.ts';
import { growth } from '../support/trend.ts';
import { beforeWorkers } from './in-workers.ts';
import { type Memory, MemoryProbe } from './memory-probe.ts';
import { serveSmallModel } from './small-model.ts';
import { StudioPage } from './studio-page.ts';

/**
 * Hours of use in short: random settings, cancels, requests that overtake each other, models loaded again, devices
 * lost. What is alive afterwards must be what was alive before. `npm run soak` does more of the same.
 */
const RENDERS = Number(process.env.ELIT_SOAK_RENDERS ?? 200);
const LOSSES = Number(process.env.ELIT_SOAK_LOSSES ?? 10);
/** The run is cut into windows, each measured at its end; the first ones fill caches. */
const WINDOWS = 20;
const WARM_UP = 5;

test.setTimeout(120_000 + 1000 * (RENDERS + 4 * LOSSES));

/** Put before the worker's code: counts the GPU's buffers that are alive, whoever made them. */
const COUNTED = `{
  const alive = (self.alive = new Map());
  const create = GPUDevice.prototype.createBuffer;
  GPUDevice.prototype.createBuffer = function (descriptor) {
    const buffer = create.call(this, descriptor);
    alive.set(buffer, { label: descriptor.label, bytes: descriptor.size });
    return buffer;
  };
  const destroy = GPUBuffer.prototype.destroy;
  GPUBuffer.prototype.destroy = function () {
    alive.delete(this);
    return destroy.call(this);
  };
  const open = GPUAdapter.prototype.requestDevice;
  GPUAdapter.prototype.requestDevice = async function (...descriptor) {
    return (self.device = await open.apply(this, descriptor));
  };
}`;

/**
 * The settings that decide what is kept for the next picture. Every window goes through all of them, so that what is
 * alive at its end is the same whatever was cancelled; everything else is drawn by lot.
 */
const SHAPES: readonly GenerateRequest[] = [
  { budget: 16, steps: 3, guidance: 1, solver: 'euler' },
  { budget: 1, steps: 1, guidance: 2, solver: 'euler' },
  { budget: 5, steps: 2, guidance: { kind: 'ccfg', scale: 2 }, solver: 'heun' },
  { budget: 16, steps: 2, guidance: { kind: 'autoguidance', scale: 2 }, solver: 'euler' },
  { budget: 11, steps: 1, guidance: { kind: 'cfg', scale: 3, interval: [0.3, 0.8] }, solver: 'heun' },
  { budget: 2, steps: 3, guidance: 1, solver: 'heun' },
  { budget: 16, steps: 1, guidance: 4, solver: 'euler' },
  { budget: 7, steps: 2, guidance: { kind: 'ccfg', scale: 1.5, budget: 3 }, solver: 'euler' },
];

let studio: StudioPage;

test.afterEach(() => {
  expect(studio.complaints).toEqual([]);
});

interface Counted {
  readonly alive: ReadonlyMap<GPUBuffer, { readonly label: string; readonly bytes: number }>;
  readonly device: GPUDevice;
}

interface Sample extends Memory {
  readonly buffers: number;
  readonly bufferBytes: number;
  /** Buffers for reading back, kept idle: as many as were ever needed at once. */
  readonly readbacks: number;
}

interface Bench {
  generator: Generator;
  /** Recoveries so far. */
  mended: number;
}

test(`${RENDERS} renders leave nothing behind`, async ({ page, browser }) => {
  const probe = await start(page, browser);
  const samples: Sample[] = [];
  let tally = { drawn: 0, cancelled: 0, overtaken: 0 };
  for (let window = 0; window < WINDOWS; window++) {
    const more = await renders(page, Math.ceil(RENDERS / WINDOWS), window);
    tally = {
      drawn: tally.drawn + more.drawn,
      cancelled: tally.cancelled + more.cancelled,
      overtaken: tally.overtaken + more.overtaken,
    };
    samples.push(await sample(page, probe));
  }
  report('renders', tally, samples);
  expect(tally.drawn).toBeGreaterThanOrEqual(RENDERS);
  expect(tally.cancelled).toBeGreaterThan(RENDERS / 50);
  expect(tally.overtaken).toBeGreaterThan(RENDERS / 50);
  expectFlat(samples);
});

test(`${LOSSES} lost devices and as many loads leave nothing behind`, async ({ page, browser }) => {
  const probe = await start(page, browser);
  const samples: Sample[] = [];
  for (let loss = 0; loss < LOSSES; loss++) {
    await worker(page).evaluate(() => (self as unknown as Counted).device.destroy());
    await page.waitForFunction((mended) => (window as unknown as Bench).mended === mended, loss + 1);
    await renders(page, 1, loss);
    await reload(page); // ends the worker, and so hides what only a worker would keep: the test above has none
    await renders(page, 1, loss);
    samples.push(await sample(page, probe));
  }
  report('losses', { drawn: 2 * LOSSES, cancelled: 0, overtaken: 0 }, samples);
  expectFlat(samples);
});

async function start(page: Page, browser: Parameters<typeof MemoryProbe.open>[0]): Promise<MemoryProbe> {
  studio = new StudioPage(page);
  await beforeWorkers(page, COUNTED);
  const model = await serveSmallModel(page);
  await page.goto('./?backend=none');
  const probe = await MemoryProbe.open(browser, page);
  await page.evaluate((model) => Object.assign(window, { model, mended: 0 }), model);
  await reload(page);
  return probe;
}

/** Disposes of the generator, if there is one, and loads the model anew. */
async function reload(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const bench = window as unknown as Partial<Bench> & { model: string };
    bench.generator?.dispose();
    const load = document.querySelector('elit-studio')!.loadEngine;
    const url = new URL(bench.model, document.baseURI).href;
    const onRecovery = ({ state }: { state: string }) => {
      if (state === 'done') bench.mended = (bench.mended ?? 0) + 1;
    };
    bench.generator = (await load(url, { backend: 'webgpu', onRecovery })) as Generator;
  });
}

/** Draws `count` pictures with settings that follow from the seed; some are cancelled, some overtaken. */
function renders(page: Page, count: number, seed: number) {
  return page.evaluate(
    async ([count, seed, shapes]) => {
      const { generator } = window as unknown as Bench;
      const { subjects, styles } = generator.info;
      let state = seed + 1;
      const random = (below: number) => {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
        return Math.floor((state / 2 ** 32) * below);
      };
      const request = (shape = shapes[random(shapes.length)]) => ({
        ...shape,
        subject: subjects[random(subjects.length)]!.label,
        style: styles[random(styles.length)]!,
        seed: random(1000),
        ...(random(2) === 0 && { onStep: () => undefined }),
      });
      const tally = { drawn: 0, cancelled: 0, overtaken: 0 };
      while (tally.drawn < count) {
        const cancel = new AbortController();
        const pictures = [generator.generate({ ...request(shapes[tally.drawn]), signal: cancel.signal })];
        const fate = random(8);
        if (fate === 0) setTimeout(() => cancel.abort(), random(30));
        if (fate === 1) pictures.push(generator.generate(request()));
        for (const outcome of await Promise.allSettled(pictures)) {
          if (outcome.status === 'fulfilled') tally.drawn++;
          else if (cancel.signal.aborted) tally.cancelled++;
          else if (outcome.reason.code === 'superseded') tally.overtaken++;
          else throw outcome.reason;
        }
      }
      return tally;
    },
    [count, seed, SHAPES] as const,
  );
}

async function sample(page: Page, probe: MemoryProbe): Promise<Sample> {
  const gpu = await worker(page).evaluate(() => {
    const alive = [...(self as unknown as Counted).alive.values()];
    const kept = alive.filter(({ label }) => label !== 'readback');
    const bufferBytes = kept.reduce((sum, { bytes }) => sum + bytes, 0);
    return { buffers: kept.length, bufferBytes, readbacks: alive.length - kept.length };
  });
  return { ...gpu, ...(await probe.sample()) };
}

/** The generator's worker; a decoder's is another. */
function worker(page: Page): Worker {
  const found = page.workers().filter((one) => /\/worker-[^/]*\.js/.test(one.url()));
  expect(found).toHaveLength(1);
  return found[0]!;
}

function expectFlat(all: readonly Sample[]): void {
  const samples = all.slice(Math.min(WARM_UP, all.length - 9)); // a median of three bears one that stands out
  const grown = (key: keyof Sample) => growth(samples.map((sample) => sample[key]));
  expect(grown('buffers')).toBeLessThanOrEqual(0);
  expect(grown('bufferBytes')).toBeLessThanOrEqual(2 ** 13); // what the last run is conditioned on is as long as its stages
  expect(grown('readbacks')).toBeLessThanOrEqual(2);
  expect(grown('heap')).toBeLessThan(2 ** 19);
  expect(grown('processes')).toBeLessThan(12 * 2 ** 20);
}

function report(what: string, tally: object, samples: readonly Sample[]): void {
  const rows = samples.map(({ buffers, bufferBytes, readbacks, heap, processes }) =>
    [buffers, bufferBytes, readbacks, (heap / 2 ** 20).toFixed(2), (processes / 2 ** 20).toFixed(1)].join('\t'),
  );
  const text = [JSON.stringify(tally), 'buffers\tbytes\treadbacks\theap MB\tprocesses MB', ...rows].join('\n');
  void test.info().attach(`${what}.tsv`, { body: text, contentType: 'text/tab-separated-values' });
  if (process.env.ELIT_SOAK_RENDERS) process.stdout.write(`${text}\n`);
}
