import type { SamplingRun } from '../sampling/sampling-run.ts';
import { abortable } from './abort.ts';
import { Pace } from './pace.ts';

/** One image on its way through the sampler. */
export type Run = Pick<SamplingRun, 'stages' | 'submit' | 'drained' | 'preview' | 'latents' | 'dispose'> &
  Partial<Pick<SamplingRun, 'buffers' | 'timed'>>;

export interface RunHooks {
  /** After stage `index` was queued; `stageMs` is what a stage takes by now, undefined while none is done. */
  readonly onQueued?: (index: number, stageMs: number | undefined) => void;
  /** The clock, in ms. */
  readonly now?: () => number;
}

/**
 * Queues every stage of a run, never more than about QUEUE_MS of them (at least one) ahead of the GPU.
 * Resolves when the last is queued, not when it is done; reads nothing back.
 * @throws the signal's reason as soon as it aborts; what is on the queue by then still runs
 */
export async function queueStages(run: Run, signal: AbortSignal, hooks: RunHooks = {}): Promise<void> {
  const now = hooks.now ?? (() => performance.now());
  const pace = new Pace(now());
  const queued: Promise<void>[] = [];
  for (const index of run.stages.keys()) {
    while (queued.length >= pace.stagesAhead) await abortable(queued.shift() ?? Promise.resolve(), signal);
    signal.throwIfAborted();
    run.submit(index);
    const drained = run.drained().then(() => pace.completed(now()));
    drained.catch(() => undefined); // awaited above, unless the run ends first: then its end is what counts
    queued.push(drained);
    hooks.onQueued?.(index, pace.stageMs);
  }
}
