import type { GeneratedImage } from '../../generator/types.ts';
import { type DraftGuidance, guidanceCost, wholeGuidance } from '../guidance/guidance.ts';

/*
 * Which budget and steps draw within a time. Searched, best first: the steps that the user has set at every budget, the
 * highest first; then, at the lowest budget, one step fewer at a time down to LEAST_STEPS (or to the user's own, where
 * those are fewer). How long a combination takes is measured where it was drawn, and else follows from the nearest
 * budget that was.
 */

/** Pictures of fewer steps are no answer to “within 100 ms”: they are drafts. */
export const LEAST_STEPS = 8;
/** Measurements of one combination that count: the last ones, by their median. */
const COUNTED = 3;

/** What one finished picture took. */
export interface Measurement {
  readonly budget: number;
  readonly steps: number;
  /** Same for pictures whose steps cost the same at the same budget: see guidanceKey. */
  readonly guidance: string;
  /** Milliseconds from the call to the pixels, and of sampling alone. */
  readonly total: number;
  readonly sampling: number;
  /** FLOPs in forwards at the full budget. */
  readonly work: number;
}

/** What is asked of a picture. */
export interface Wanted {
  /** Milliseconds. */
  readonly target: number;
  /** Solver steps that the user has set. */
  readonly steps: number;
  readonly guidance: DraftGuidance;
}

export interface Choice {
  readonly budget: number;
  readonly steps: number;
  /** What it takes: the median of its last pictures, or, before there is one, what is expected. */
  readonly ms: number;
  /** Pictures of it that `ms` is the median of; 0 where it is expected. */
  readonly measured: number;
  /** Whether that is within the target. */
  readonly isMet: boolean;
  /** Whether nothing here is, and there is nothing faster. */
  readonly isFastest: boolean;
}

/** What of guidance a picture's time depends on. */
export function guidanceKey(guidance: DraftGuidance): string {
  const { kind, scale, budget, interval } = wholeGuidance(guidance);
  if (kind === 'none' || !(scale > 1)) return 'none';
  return JSON.stringify([kind, kind === 'cfg' ? null : budget, interval]);
}

/** @param flopShare FLOPs at budget k (index k-1) as a share of the full budget's; null where it does not tell */
export function measurementOf(
  { settings, timing }: Pick<GeneratedImage, 'settings' | 'timing'>,
  flopShare: readonly number[],
): Measurement | null {
  const { budget, steps, guidance } = settings;
  const work = workOf(guidance, budget, steps, flopShare);
  if (work === null || !(timing.sampling > 0)) return null;
  return { budget, steps, guidance: guidanceKey(guidance), total: timing.total, sampling: timing.sampling, work };
}

/** The best budget and steps within the target, or the fastest; null before anything was measured. */
export function choose(
  wanted: Wanted,
  measurements: readonly Measurement[],
  flopShare: readonly number[],
): Choice | null {
  let fastest: Choice | null = null;
  for (const { budget, steps } of candidates(wanted.steps, flopShare.length)) {
    const time = timeOf({ budget, steps, guidance: wanted.guidance }, measurements, flopShare);
    if (time === null) continue;
    const isMet = time.ms <= wanted.target;
    const choice = { budget, steps, ...time, isMet, isFastest: !isMet };
    if (isMet) return choice;
    if (fastest === null || choice.ms < fastest.ms) fastest = choice;
  }
  return fastest;
}

/** What a combination takes: measured, or expected from the pictures at the nearest budget; null where none is known. */
export function timeOf(
  { budget, steps, guidance }: { budget: number; steps: number; guidance: DraftGuidance },
  measurements: readonly Measurement[],
  flopShare: readonly number[],
): { ms: number; measured: number } | null {
  const key = guidanceKey(guidance);
  const same = measurements.filter((one) => one.budget === budget && one.steps === steps && one.guidance === key);
  const counted = same.slice(-COUNTED).map(({ total }) => total);
  if (counted.length > 0) return { ms: median(counted), measured: counted.length };
  const work = workOf(guidance, budget, steps, flopShare);
  const near = nearest(measurements, budget, key);
  if (work === null || near.length === 0) return null;
  const rest = median(measurements.slice(-COUNTED).map(({ total, sampling }) => Math.max(0, total - sampling)));
  return { ms: rest + work * median(near.slice(-COUNTED).map((one) => one.sampling / one.work)), measured: 0 };
}

function* candidates(steps: number, budgets: number): Generator<{ budget: number; steps: number }> {
  for (let budget = budgets; budget >= 1; budget--) yield { budget, steps };
  for (let fewer = steps - 1; fewer >= LEAST_STEPS; fewer--) yield { budget: 1, steps: fewer };
}

/** Pictures at the budget nearest to `budget`: of the same guidance, where there are any. */
function nearest(measurements: readonly Measurement[], budget: number, key: string): readonly Measurement[] {
  const alike = measurements.filter(({ guidance }) => guidance === key);
  const known = alike.length > 0 ? alike : measurements;
  const distance = Math.min(...known.map((one) => Math.abs(one.budget - budget)));
  return known.filter((one) => Math.abs(one.budget - budget) === distance);
}

/** FLOPs of a picture in forwards at the full budget; null where a budget or the steps are none that the model has. */
function workOf(guidance: DraftGuidance, budget: number, steps: number, flopShare: readonly number[]): number | null {
  const cost = guidanceCost(wholeGuidance(guidance), { budget, steps }, flopShare);
  return cost === null || !(steps >= 1) ? null : 2 * cost * steps;
}

/** Of an even number the lower of the two in the middle: what disturbs a picture makes it slower. */
function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[(values.length - 1) >> 1] ?? 0;
}
