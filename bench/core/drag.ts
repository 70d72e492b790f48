import { median } from './statistics.ts';

/** One of the page's measures of a slider move; see src/ui/generation/drag-trace.ts. */
export interface MoveMeasure {
  /** In ms, from the slider's event to the pixels on the canvas. */
  readonly duration: number;
  readonly detail: { readonly budget: number; readonly steps: number };
}

/** How soon the page answered a drag. Times are medians in ms; null where no move got so far. */
export interface DragFigures {
  readonly moves: number;
  readonly firstPixelsMs: number | null;
  readonly finishedMs: number | null;
  /** Moves whose first pixels belong to a picture of fewer steps than were asked for. */
  readonly drafts: number;
  /** Steps asked for. */
  readonly steps: number;
  /** Budgets of the first pixels, and of the finished images, in the order they were seen. */
  readonly budgets: { readonly firstPixels: readonly number[]; readonly finished: readonly number[] };
}

/** Sums up a drag of `moves` moves with `steps` steps asked for. */
export function dragFigures(
  moves: number,
  steps: number,
  firstPixels: readonly MoveMeasure[],
  finished: readonly MoveMeasure[],
): DragFigures {
  const typical = (all: readonly MoveMeasure[]): number | null =>
    all.length === 0 ? null : median(all.map(({ duration }) => duration));
  const budgets = (all: readonly MoveMeasure[]): number[] => all.map(({ detail }) => detail.budget);
  return {
    moves,
    firstPixelsMs: typical(firstPixels),
    finishedMs: typical(finished),
    drafts: firstPixels.filter(({ detail }) => detail.steps < steps).length,
    steps,
    budgets: { firstPixels: budgets(firstPixels), finished: budgets(finished) },
  };
}
