import { parseArgs } from 'node:util';
import { fuzz } from './run.ts';
import { TARGETS } from './targets.ts';

const FILES_A_TURN = 1000;

/**
 * npm run fuzz [-- --seconds N --seed S]: every reader in turn on files that nobody has seen, until the time is up.
 * A broken promise ends it with the seed and the smallest file that shows it.
 */
export async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { seconds: { type: 'string' }, seed: { type: 'string' } } });
  const seconds = Number(values.seconds ?? 60);
  const first = Number(values.seed ?? Date.now() % 2 ** 31);
  if (!(seconds > 0) || !Number.isInteger(first)) {
    process.stderr.write('--seconds takes a positive number, --seed a whole one.\n');
    return 2;
  }
  const end = performance.now() + 1000 * seconds;
  const totals = TARGETS.map((target) => ({ target, files: 0, passed: 0, refused: 0 }));
  let seed = first;
  for (; performance.now() < end; seed++) {
    for (const total of totals) {
      const tally = await fuzz(total.target, seed, FILES_A_TURN);
      total.files += tally.files;
      total.passed += tally.passed;
      total.refused += tally.refused;
    }
  }
  const share = (part: number, whole: number) => `${((100 * part) / whole).toFixed(1)} %`;
  for (const { target, files, passed, refused } of totals) {
    const parts = `${share(passed, files)} past the header, ${share(refused, files)} refused in words`;
    process.stdout.write(`${target.name.padEnd(14)}${String(files).padStart(9)} files, ${parts}\n`);
  }
  process.stdout.write(`seeds ${first} to ${seed - 1}: no promise broken\n`);
  return 0;
}
