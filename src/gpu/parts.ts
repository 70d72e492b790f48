import type { Dispatch, Program } from './program.ts';
import type { TimedLaunches } from './timing.ts';

/** What the launches of one part of the network took, and how many they are. */
export interface PartFigures {
  readonly part: string;
  readonly dispatches: number;
  readonly flops: number;
  readonly ms: number;
}

/** A program that can be timed launch by launch. */
export interface TimedProgram {
  readonly dispatches: Program['dispatches'];
  /** How often it runs for a picture. */
  readonly times: number;
  /** Spoils what it computes with. @returns null on a device without timestamps */
  time(repeats: number): Promise<TimedLaunches | null>;
}

/**
 * What each part of a program took, in the order of the network. A part's time is the sum of its launches', each the
 * median over the runs.
 * @param runs the milliseconds of every launch, a list a run
 */
export function partFigures(
  dispatches: readonly Pick<Dispatch, 'part' | 'flops'>[],
  runs: readonly (readonly number[])[],
): PartFigures[] {
  const parts = new Map<string, PartFigures>();
  for (const [index, { part, flops }] of dispatches.entries()) {
    const before = parts.get(part) ?? { part, dispatches: 0, flops: 0, ms: 0 };
    parts.set(part, {
      part,
      dispatches: before.dispatches + 1,
      flops: before.flops + flops,
      ms: before.ms + median(runs.map((launchMs) => launchMs[index]!)),
    });
  }
  return [...parts.values()];
}

/** The middle of the values, or the mean of the two in the middle. @throws RangeError of none */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [upper, lower] = [sorted[middle], sorted[sorted.length % 2 === 0 ? middle - 1 : middle]];
  if (upper === undefined || lower === undefined) throw new RangeError('the median of no values');
  return (upper + lower) / 2;
}
