import type { Dispatch } from '../../src/gpu/program.ts';
import type { PartFigures } from './report.ts';
import { median } from './statistics.ts';

/**
 * What each part of a forward took, in the order of the network. A part's time is the sum of its launches', each the
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
