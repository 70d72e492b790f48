import { describe, expect, it } from 'vitest';
import { fuzz } from './run.ts';
import { TARGETS } from './targets.ts';

const SEED = 20_260_705;
const FILES = 5000;

/** The same files at every run; `npm run fuzz` makes others. */
describe.each(TARGETS)('$name from a stranger', (target) => {
  it(`is read or refused in words, ${FILES} times`, { timeout: 60_000 }, async () => {
    const { files, passed, refused } = await fuzz(target, SEED, FILES);
    expect(files).toBe(FILES);
    expect(passed / files).toBeGreaterThan(target.share);
    expect(refused / files).toBeGreaterThan(0.1);
    expect(files - refused).toBeGreaterThan(0); // and some are sound
  });
});
