import { ElitError } from '../errors.ts';
import type { Condition } from '../model/condition.ts';

export const GUIDANCE_KINDS = ['none', 'cfg', 'ccfg', 'autoguidance'] as const;
/**
 * Whom the guiding call asks: cfg the null class at the budget of the run, ccfg (“cheap”) the null class at a lower
 * budget, autoguidance the class itself at a lower budget.
 */
export type GuidanceKind = (typeof GUIDANCE_KINDS)[number];

/** Guidance of a run: v = v_guide + scale·(v_cond - v_guide) where low ≤ t ≤ high and scale > 1. */
export interface Guidance {
  readonly kind: GuidanceKind;
  readonly scale: number;
  /** Latents a group of the guiding call (ccfg, autoguidance). */
  readonly budget: number;
  readonly interval: readonly [low: number, high: number];
}

/** The guiding call beside a conditional one. */
export interface GuidingCall {
  readonly label: Condition;
  /** Latents a group. */
  readonly budget: number;
}

/** Whether the velocity at time t is guided; where it is not, the conditional call stands alone. */
export function guides({ kind, scale, interval: [low, high] }: Guidance, t: number): boolean {
  return kind !== 'none' && scale > 1 && low <= t && t <= high;
}

/** What the guiding call asks for, where a run guides. */
export function guidingCall(
  guidance: Guidance,
  run: { label: Condition; nullLabel: Condition; budget: number },
): GuidingCall {
  return {
    label: guidance.kind === 'autoguidance' ? run.label : run.nullLabel,
    budget: guidance.kind === 'cfg' ? run.budget : guidance.budget,
  };
}

/**
 * Refuses what no run can mean.
 * @param maxBudget latents of a full group
 * @throws ElitError request-invalid
 */
export function checkGuidance({ kind, scale, budget, interval: [low, high] }: Guidance, maxBudget: number): void {
  if (!GUIDANCE_KINDS.includes(kind)) {
    throw invalid(`The kind of guidance is “${kind}”.`, `Give one of ${GUIDANCE_KINDS.join(', ')}.`);
  }
  if (!Number.isFinite(scale) || scale < 0) {
    throw invalid(`The guidance scale is ${scale}.`, 'Give a number from 0 up; 1 and less is no guidance.');
  }
  if (!Number.isInteger(budget) || budget < 1 || budget > maxBudget) {
    throw invalid(`The budget of the guiding call is ${budget}.`, `Give a whole number from 1 to ${maxBudget}.`);
  }
  if (!(low >= 0 && low <= high && high <= 1)) {
    throw invalid(`The guidance interval is ${low} to ${high}.`, 'Give two times with 0 ≤ low ≤ high ≤ 1.');
  }
}

function invalid(message: string, hint: string): ElitError {
  return new ElitError('request-invalid', message, hint);
}
