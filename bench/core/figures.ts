import type { NetworkConfig } from '../../src/model/config.ts';
import { flopShares } from '../../src/model/cost.ts';
import { type LaunchCounts, type Roofline, rooflineMs } from '../../src/model/launches.ts';
import { byBudget } from './by-budget.ts';
import type { ForwardFigures } from './forwards.ts';
import type { BenchReport } from './report.ts';

type Forwards = Pick<
  BenchReport,
  'forwardMs' | 'ortWebgpuMs' | 'ortWasmMs' | 'ortWebgpuRatio' | 'ortWasmRatio' | 'overheadShare' | 'parts'
>;

/** The figures of the forwards, a column of the report each. */
export function forwardFigures(budgets: readonly number[], forwards: readonly ForwardFigures[]): Forwards {
  const column = <K extends keyof ForwardFigures>(key: K) => byBudget(budgets, (_, index) => forwards[index]![key]);
  return {
    forwardMs: column('oursMs'),
    ortWebgpuMs: column('webgpuMs'),
    ortWasmMs: column('wasmMs'),
    ortWebgpuRatio: column('webgpuRatio'),
    ortWasmRatio: column('wasmRatio'),
    overheadShare: column('overheadShare'),
    parts: column('parts'),
  };
}

/** What is counted, not timed. */
export function countFigures(
  config: NetworkConfig,
  budgets: readonly number[],
  counts: readonly LaunchCounts[],
  device: Roofline,
): Pick<BenchReport, 'flops' | 'flopShare' | 'bytes' | 'dispatches' | 'rooflineMs'> {
  const shares = flopShares(config);
  return {
    flops: byBudget(budgets, (_, index) => counts[index]!.flops),
    flopShare: byBudget(budgets, (kept) => shares[kept - 1]!),
    bytes: byBudget(budgets, (_, index) => counts[index]!.bytes),
    dispatches: byBudget(budgets, (_, index) => counts[index]!.dispatches),
    rooflineMs: byBudget(budgets, (_, index) => rooflineMs(counts[index]!, device)),
  };
}
