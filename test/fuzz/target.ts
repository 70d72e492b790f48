import type fc from 'fast-check';
import type { ErrorCode } from '../../src/errors.ts';
import { ElitError } from '../../src/errors.ts';
import { countAllocations, OverCap } from './allocations.ts';

/** One reader of what strangers wrote, and what it is fed. */
export interface Target {
  readonly name: string;
  readonly files: fc.Arbitrary<Uint8Array>;
  /** Codes that the reader documents; any other is a fault of ours. */
  readonly codes: readonly ErrorCode[];
  /** At least this share of the files must get past the header, or the fuzz only knocks at the door. */
  readonly share: number;
  /** Reads a file as the page does; calls `passed` once past the header. Throws ElitError only. */
  read(file: Uint8Array, passed: () => void): unknown;
}

/** Files as they come are far smaller; what a reader makes of one may be larger, but not by any factor. */
export const MEMORY_CAP = 16 * 2 ** 20;
/** Of one file. A reader that takes longer than this for some kilobytes hangs for all that a user can tell. */
export const TIME_CAP_MS = 2000;
const LONGEST_MESSAGE = 401;

export interface Outcome {
  passed: boolean;
  refused: boolean;
}

/** Reads one file. @throws Error that says which promise was broken */
export async function attempt(target: Target, file: Uint8Array): Promise<Outcome> {
  const outcome: Outcome = { passed: false, refused: false };
  const start = performance.now();
  const heap = process.memoryUsage().heapUsed;
  await countAllocations(MEMORY_CAP, async () => {
    try {
      await target.read(file, () => {
        outcome.passed = true;
      });
    } catch (thrown) {
      if (thrown instanceof OverCap) throw thrown;
      outcome.refused = true;
      checkRefusal(target, thrown);
    }
  });
  const grown = process.memoryUsage().heapUsed - heap;
  if (grown > 4 * MEMORY_CAP) throw new Error(`${target.name}: the heap grew by ${grown} bytes`);
  const ms = performance.now() - start;
  if (ms > TIME_CAP_MS) throw new Error(`${target.name}: took ${ms} ms`);
  if ('polluted' in {}) throw new Error(`${target.name}: every object has a new key`);
  return outcome;
}

function checkRefusal(target: Target, thrown: unknown): void {
  if (!(thrown instanceof ElitError)) throw new Error(`${target.name}: an untyped exception`, { cause: thrown });
  if (!target.codes.includes(thrown.code)) throw new Error(`${target.name}: ${thrown.code}`, { cause: thrown });
  if (thrown.message === '' || thrown.hint === '') throw new Error(`${target.name}: no words`, { cause: thrown });
  if (Math.max(thrown.message.length, thrown.hint.length) > LONGEST_MESSAGE) {
    throw new Error(`${target.name}: a message of ${thrown.message.length} characters`);
  }
}
