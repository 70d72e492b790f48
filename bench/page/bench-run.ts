import { ElitError } from '../../src/errors.ts';
import type { FromBench } from '../bench-worker.ts';
import type { BenchPlan, OnProgress } from '../core/plan.ts';
import type { BenchReport } from '../core/report.ts';

/**
 * Runs a plan in a worker of its own; aborting the signal ends it.
 * @throws ElitError of the benchmark, or the signal's reason
 */
export function runInWorker(plan: BenchPlan, onProgress: OnProgress, signal: AbortSignal): Promise<BenchReport> {
  const worker = new Worker(new URL('../bench-worker.ts', import.meta.url), { type: 'module', name: 'elit-bench' });
  return new Promise<BenchReport>((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    worker.addEventListener('error', ({ message }) => reject(broken(message)));
    worker.addEventListener('message', ({ data }: MessageEvent<FromBench>) => {
      if (data.type === 'progress') onProgress(data.label, data.fraction);
      else if (data.type === 'done') resolve(data.report);
      else reject(ElitError.fromData(data.error));
    });
    worker.postMessage(plan);
  }).finally(() => worker.terminate());
}

function broken(message: string): ElitError {
  const words = message ? `The benchmark’s worker failed: ${message}.` : 'The benchmark’s worker could not be started.';
  return new ElitError(
    'worker-failed',
    words,
    'Reload the page; if it stays, please report it with your browser’s name.',
  );
}
