import type { ByBudget } from './report.ts';

/** A figure for each budget, by its number. */
export function byBudget<T>(budgets: readonly number[], figure: (budget: number, index: number) => T): ByBudget<T> {
  return Object.fromEntries(budgets.map((budget, index) => [String(budget), figure(budget, index)]));
}
