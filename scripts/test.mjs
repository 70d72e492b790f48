/**
 * npm test: every suite, one after another, whatever became of those before it; then what each took beside what it
 * may take. The last line counts the tests. A suite five times over its budget is stopped as hung (machines
 * of two cores differ that much); one that is merely over is pointed out, for a slow machine must not turn a good tree
 * red.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { firefox } from './firefox.mjs';
import { vulkan16 } from './vulkan.mjs';

/**
 * @typedef {object} Suite
 * @property {string} name
 * @property {string} command
 * @property {number} budget in seconds on 2 cores with a software GPU; 15 minutes for all of them
 * @property {(report: any) => Counts} [counts] reads the report that the command leaves at `reportOf(name)`
 * @property {() => Promise<unknown>} [needs] rejects, saying why, where what the suite runs on cannot be had: it is
 *   then skipped, which counts as one
 */
/** @typedef {{ passed: number, failed: number, skipped: number, second?: string[] }} Counts `second`: tests that passed at their second try only */

const REPORTS = 'test-results';
/** Times its budget after which a suite counts as hung. */
const HUNG = 5;
const reportOf = (/** @type {string} */ name) => `${REPORTS}/${name}.json`;

const vitest = (/** @type {string} */ name) => ({
  name,
  command: `npm run test:${name} -- --reporter=default --reporter=json --outputFile.json=${reportOf(name)}`,
  counts: (/** @type {any} */ report) => ({
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: report.numPendingTests + report.numTodoTests,
  }),
});

const playwright = (/** @type {string} */ name) => ({
  name,
  command: `npm run test:${name} -- --reporter=list,json`,
  counts: (/** @type {any} */ { stats, suites }) => ({
    passed: stats.expected + stats.flaky,
    failed: stats.unexpected,
    skipped: stats.skipped,
    second: flakyTitles(suites),
  }),
});

/** @param {any[]} suites of Playwright's report @returns {string[]} */
const flakyTitles = (suites = []) =>
  suites.flatMap(({ specs = [], suites: inner }) => [
    ...specs
      .filter((/** @type {any} */ spec) => spec.tests.some((/** @type {any} */ test) => test.status === 'flaky'))
      .map((/** @type {any} */ spec) => `${spec.file}: ${spec.title}`),
    ...flakyTitles(inner),
  ]);

/** @type {Suite[]} */
const SUITES = [
  { name: 'lint', command: 'npm run lint', budget: 30 },
  { name: 'types', command: 'npm run types', budget: 30 },
  {
    name: 'audit',
    command: `npm run audit -- ${reportOf('audit')}`,
    budget: 30,
    counts: (/** @type {Counts} */ counts) => counts,
  },
  { ...vitest('unit'), budget: 120 },
  { ...vitest('kernels'), budget: 240 },
  { ...vitest('f16'), budget: 150, needs: vulkan16 },
  { ...playwright('browser'), budget: 480 },
  { ...vitest('firefox'), budget: 60, needs: async () => firefox() },
];
process.env.PLAYWRIGHT_JSON_OUTPUT_FILE = reportOf('browser');

rmSync(REPORTS, { recursive: true, force: true });
mkdirSync(REPORTS);
const results = [];
for (const suite of SUITES) results.push(await run(suite));
summarise(results);

/** @param {Suite} suite */
async function run(suite) {
  process.stdout.write(`\n=== ${suite.name}: ${suite.command}\n`);
  const start = performance.now();
  const missing = await whatIsMissing(suite);
  if (missing) {
    process.stdout.write(`Skipped: ${missing}\n`);
    return {
      ...suite,
      passed: 0,
      failed: 0,
      skipped: 1,
      seconds: (performance.now() - start) / 1000,
      ok: true,
      missing,
    };
  }
  const ok = await finishes(suite.command, HUNG * suite.budget);
  const seconds = (performance.now() - start) / 1000;
  const counts = countsOf(suite);
  // A suite that broke without a failed test (a lint error, a crash) is one failure.
  if (!ok && counts.failed === 0) counts.failed = 1;
  return { ...suite, ...counts, seconds, ok: ok && counts.failed === 0, missing };
}

/** Why the suite cannot run here; empty where it can. @param {Suite} suite @returns {Promise<string>} */
async function whatIsMissing({ needs }) {
  try {
    await needs?.();
    return '';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/**
 * Runs a command in a process group of its own, so that all it started can be told to end.
 * @param {string} command
 * @param {number} limit seconds until it is told to
 * @returns {Promise<boolean>} whether it ended well
 */
function finishes(command, limit) {
  const group = process.platform !== 'win32';
  const child = spawn(command, { shell: true, stdio: ['ignore', 'inherit', 'inherit'], detached: group });
  const send = (/** @type {NodeJS.Signals} */ signal) =>
    child.pid && process.kill(group ? -child.pid : child.pid, signal);
  // Interrupted, Playwright closes its browsers and its server; killed, it leaves them behind.
  const interrupt = () => {
    send('SIGINT');
    const last = setTimeout(() => send('SIGKILL'), 10_000);
    child.once('close', () => clearTimeout(last));
  };
  const leave = () => {
    child.once('close', () => process.exit(130));
    interrupt();
  };
  const timer = setTimeout(() => {
    process.stdout.write(`\nStopped after ${limit} s: ${command}\n`);
    interrupt();
  }, limit * 1000);
  process.once('SIGINT', leave).once('SIGTERM', leave);
  return new Promise((resolve) => {
    child.once('close', (code) => {
      clearTimeout(timer);
      process.off('SIGINT', leave).off('SIGTERM', leave);
      resolve(code === 0);
    });
  });
}

/** @param {Suite} suite @returns {Counts} */
function countsOf({ name, counts }) {
  if (!counts) return { passed: 0, failed: 0, skipped: 0 };
  try {
    return counts(JSON.parse(readFileSync(reportOf(name), 'utf8')));
  } catch (error) {
    process.stdout.write(`\nNo report of ${name}: ${error}\n`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

/** @param {(Suite & Counts & { seconds: number, ok: boolean, missing: string })[]} results */
function summarise(results) {
  const sum = (/** @type {'passed' | 'failed' | 'skipped' | 'seconds' | 'budget'} */ key) =>
    results.reduce((total, result) => total + result[key], 0);
  const row = (/** @type {unknown[]} */ cells) => `${cells.map((cell) => String(cell).padStart(9)).join('')}\n`;
  const line = (/** @type {typeof results[0]} */ r) =>
    row([r.name, r.passed, r.failed, r.skipped, r.seconds.toFixed(1), r.budget, outcome(r)]);
  const outcome = (/** @type {typeof results[0]} */ r) => {
    if (r.missing) return 'SKIPPED';
    return r.ok ? 'ok' : 'FAILED';
  };
  const late = results.filter((result) => result.seconds > result.budget);

  process.stdout.write(`\n${row(['suite', 'passed', 'failed', 'skipped', 'seconds', 'budget', ''])}`);
  for (const result of results) process.stdout.write(line(result));
  process.stdout.write(
    row(['all', sum('passed'), sum('failed'), sum('skipped'), sum('seconds').toFixed(1), sum('budget'), '']),
  );
  for (const { name, seconds, budget } of late) {
    process.stdout.write(`OVER BUDGET: ${name} took ${seconds.toFixed(0)} s of its ${budget} s. Make it lighter.\n`);
  }
  for (const { name, missing } of results) {
    if (missing) process.stdout.write(`SKIPPED: all of ${name} counts as one skipped test. ${missing}\n`);
  }
  for (const title of results.flatMap(({ second = [] }) => second)) {
    process.stdout.write(`UNSTEADY: ${title} passed at its second try only. Find out why.\n`);
  }
  process.stdout.write(`\n${sum('passed')} passed, ${sum('failed')} failed\n`);
  process.exitCode = results.every((result) => result.ok) ? 0 : 1;
}
