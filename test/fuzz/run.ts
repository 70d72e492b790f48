import fc from 'fast-check';
import { attempt, type Target } from './target.ts';

export interface Tally {
  files: number;
  passed: number;
  refused: number;
}

/**
 * Feeds a target `files` files that follow from the seed.
 * @throws Error with the seed and the smallest file that broke a promise
 */
export async function fuzz(target: Target, seed: number, files: number): Promise<Tally> {
  const tally: Tally = { files: 0, passed: 0, refused: 0 };
  const property = fc.asyncProperty(target.files, async (file) => {
    const { passed, refused } = await attempt(target, file);
    tally.files += 1;
    tally.passed += Number(passed);
    tally.refused += Number(refused);
  });
  await fc.assert(property, { seed, numRuns: files });
  return tally;
}
