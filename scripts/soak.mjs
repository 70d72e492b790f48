/**
 * npm run soak [-- --renders N --losses M]: the endurance tests, longer than in the suite (1000 renders and 100 lost
 * devices by default). It prints what was alive after each window.
 */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: { renders: { type: 'string', default: '1000' }, losses: { type: 'string', default: '100' } },
});
const { renders, losses } = values;
if (![renders, losses].every((count) => Number.isInteger(Number(count)) && Number(count) >= 10)) {
  process.stderr.write('--renders and --losses take whole numbers from 10 up.\n');
  process.exit(2);
}
const { status } = spawnSync('npx', ['playwright', 'test', 'test/e2e/endurance.spec.ts'], {
  stdio: 'inherit',
  env: { ...process.env, ELIT_SOAK_RENDERS: renders, ELIT_SOAK_LOSSES: losses },
});
process.exit(status ?? 1);
