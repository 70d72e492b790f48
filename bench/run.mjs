/**
 * npm run bench: builds the site, serves it, runs bench.html in a browser and prints what it found. The browser is the
 * one of the tests (see scripts/chromium.mjs): CHROME_PATH names another, ELIT_GPU=software takes the software GPU.
 */
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { chromium as launcher } from '@playwright/test';
import { build, preview, runnerImport } from 'vite';
import { chromium } from '../scripts/chromium.mjs';
import { dragThePage } from './drag.mjs';
import { firstImages } from './first-image.mjs';

const OPTIONS = {
  quick: { help: 'budgets 1 and 16 only, whole images extrapolated from a few steps' },
  json: { value: 'FILE', help: 'write everything that was measured to FILE' },
  help: { help: 'show this' },
};
/** A run that shows no progress for so long hangs, in ms. */
const SILENCE = 300_000;

/** Notices when nothing is heard for long. */
class Silence {
  /** @type {NodeJS.Timeout | undefined} */
  #timer;
  /** @type {(reason: Error) => void} */
  #reject = () => undefined;
  /** Never resolves; rejects after a long silence. @type {Promise<never>} */
  long = new Promise((_, reject) => {
    this.#reject = reject;
  });

  constructor() {
    this.broken();
  }

  broken() {
    this.end();
    this.#timer = setTimeout(() => this.#reject(new Error(`nothing happened for ${SILENCE / 1000} s`)), SILENCE);
  }

  end() {
    clearTimeout(this.#timer);
  }
}

/** @template T @param {string} file @returns {Promise<T>} */
const load = async (file) => {
  const { module } = await runnerImport(resolve(import.meta.dirname, file), { configFile: false, logLevel: 'error' });
  return /** @type {T} */ (module);
};
/** @type {typeof import('../src/cli/arguments.ts')} */
const { Arguments, UsageError } = await load('../src/cli/arguments.ts');
/** @type {typeof import('./core/words.ts')} */
const { reportText } = await load('core/words.ts');
/** @type {typeof import('./core/plan.ts')} */
const { benchPlan } = await load('core/plan.ts');
/** @type {typeof import('./core/drag.ts')} */
const { dragFigures } = await load('core/drag.ts');
/** @type {typeof import('../src/ui/generation/drag-trace.ts')} */
const names = await load('../src/ui/generation/drag-trace.ts');
/** @type {typeof import('../test/support/onnx.ts')} */
const { withIdentity } = await load('../test/support/onnx.ts');

try {
  const args = new Arguments(process.argv.slice(2), OPTIONS);
  if (args.has('help')) process.stdout.write(help());
  else await main(args.has('quick'), args.text('json'));
} catch (thrown) {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  process.stderr.write(`The benchmark failed: ${message}\n`);
  process.exitCode = thrown instanceof UsageError ? 2 : 1;
}

/** @param {boolean} quick @param {string | undefined} json */
async function main(quick, json) {
  process.stderr.write('Building the site\n');
  await build({ logLevel: 'error' });
  const server = await preview({ preview: { host: '127.0.0.1', port: 0 }, logLevel: 'error' });
  const browser = await launcher.launch(await chromium());
  try {
    const address = server.resolvedUrls?.local[0];
    if (!address) throw new Error('the preview server has no address');
    const measured = await inBrowser(browser, address, quick);
    process.stderr.write('Dragging the slider of the page\n');
    const drag = await dragThePage(browser, address, quick ? 6 : 12, { figures: dragFigures, ...names });
    process.stderr.write('Visiting the page for the first time, again and again\n');
    const firstImage = await firstImages(browser, address, quick ? 1 : 3, withIdentity);
    const report = { ...measured, drag, firstImage };
    process.stdout.write(`${reportText(report)}\n`);
    if (json) await writeFile(json, `${JSON.stringify(report, null, 2)}\n`);
  } finally {
    await browser.close();
    await server.close();
  }
}

/**
 * @param {import('@playwright/test').Browser} browser
 * @param {string} address
 * @param {boolean} quick
 * @returns {Promise<import('./core/report.ts').BenchReport>}
 */
async function inBrowser(browser, address, quick) {
  const page = await browser.newPage();
  const silence = new Silence();
  await page.exposeFunction('onBenchProgress', (/** @type {string} */ label, /** @type {number} */ fraction) => {
    silence.broken();
    process.stderr.write(`${String(Math.round(100 * fraction)).padStart(3)} % ${label}\n`);
  });
  await page.goto(new URL('bench.html', address).href);
  const plan = benchPlan(new URL('models/emoji-128/', address).href, quick);
  const run = page.evaluate(async (wanted) => {
    await customElements.whenDefined('elit-bench');
    const bench = document.querySelector('elit-bench');
    if (!bench) throw new Error('bench.html has no elit-bench element');
    const onProgress = /** @type {any} */ (globalThis).onBenchProgress;
    return bench.run(wanted, (label, fraction) => void onProgress(label, fraction));
  }, plan);
  try {
    return await Promise.race([run, silence.long]);
  } finally {
    silence.end();
    run.catch(() => undefined); // the race has told it
    await page.close();
  }
}

function help() {
  const lines = Object.entries(OPTIONS).map(([name, option]) => {
    const value = 'value' in option ? ` ${option.value}` : '';
    return `  ${`--${name}${value}`.padEnd(14)} ${option.help}\n`;
  });
  return `npm run bench -- [options]\n\nMeasures elit-web in a browser, beside onnxruntime-web.\n\n${lines.join('')}`;
}
