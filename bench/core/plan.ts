/** What is measured. Plain data. */
export interface BenchPlan {
  /** Address of the model's folder. */
  readonly model: string;
  /** Whole images are extrapolated from a few steps. */
  readonly quick: boolean;
  /** Latents kept in a group; those the model does not have are left out. */
  readonly budgets: readonly number[];
  /** Measurements of which the median counts. */
  readonly rounds: number;
}

/** @param model address of the model's folder */
export function benchPlan(model: string, quick: boolean): BenchPlan {
  return { model, quick, budgets: quick ? [1, 16] : [1, 2, 4, 8, 16], rounds: quick ? 3 : 5 };
}

/** What is under way, and how far all of it is, 0 to 1. */
export type OnProgress = (label: string, fraction: number) => void;
