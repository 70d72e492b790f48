/// <reference lib="webworker" />
import { ElitError, type ErrorData } from '../src/errors.ts';
import { runBench } from './core/bench.ts';
import type { BenchPlan } from './core/plan.ts';
import type { BenchReport } from './core/report.ts';

/**
 * The benchmark in a worker, so that the page stays alive; ending the worker cancels it. The file's name gives its script
 * the benchmark's content policy, as the page has it.
 */
export type FromBench =
  | { readonly type: 'progress'; readonly label: string; readonly fraction: number }
  | { readonly type: 'done'; readonly report: BenchReport }
  | { readonly type: 'failed'; readonly error: ErrorData };

const send = (message: FromBench) => postMessage(message);

addEventListener('message', ({ data }: MessageEvent<BenchPlan>) => {
  runBench(data, (label, fraction) => send({ type: 'progress', label, fraction })).then(
    (report) => send({ type: 'done', report }),
    (thrown) => send({ type: 'failed', error: ElitError.from(thrown).toData() }),
  );
});
