/**
 * npm run audit: known vulnerabilities in what the page ships. A severe one is a failure; a registry that cannot be
 * asked is not, but is said loudly and counted as skipped.
 *
 *   node scripts/audit.mjs [report.json]   where to leave { passed, failed, skipped }
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';

const SEVERE = ['high', 'critical'];

const { stdout } = spawnSync('npm', ['audit', '--omit=dev', '--json'], {
  encoding: 'utf8',
  shell: process.platform === 'win32',
  timeout: 60_000,
});
const result = judge(stdout);
process.stdout.write(`${result.words}\n`);
const report = process.argv[2];
if (report) writeFileSync(report, JSON.stringify(result.counts));
process.exitCode = result.counts.failed > 0 ? 1 : 0;

/** @param {string | null} json what npm printed */
function judge(json) {
  const found = parse(json ?? '');
  if (!found) {
    const words = 'SKIPPED: the registry does not answer audits, so nothing is known about vulnerabilities.';
    return { words, counts: { passed: 0, failed: 0, skipped: 1 } };
  }
  const severe = Object.entries(found).filter(([, { severity }]) => SEVERE.includes(severity));
  if (severe.length === 0) {
    return { words: 'No severe vulnerability is known.', counts: { passed: 1, failed: 0, skipped: 0 } };
  }
  const words = `Severe vulnerabilities in: ${severe.map(([name, { severity }]) => `${name} (${severity})`).join(', ')}`;
  return { words, counts: { passed: 0, failed: severe.length, skipped: 0 } };
}

/**
 * @param {string} json
 * @returns {Record<string, { severity: string }> | undefined} undefined when there was no answer
 */
function parse(json) {
  try {
    return JSON.parse(json).vulnerabilities;
  } catch {
    return undefined;
  }
}
