import { type Choice, choose, type Measurement, timeOf, type Wanted } from './choose.ts';

/** A choice that has met the target stays until it takes this much more of it. */
const SLACK = 1.1;
/** Something better is tried only where it is expected within this much of the target. */
const ROOM = 0.85;

/** What the mode has set. */
export interface Standing {
  readonly budget: number;
  readonly steps: number;
  /** Whether a picture of it met the target. */
  readonly hasMet: boolean;
}

/**
 * The choice after another measurement: mostly the one that stands, so that pictures which take a little longer or
 * shorter change nothing.
 * @param standing null to choose afresh
 * @returns null before anything was measured
 */
export function revise(
  standing: Standing | null,
  wanted: Wanted,
  measurements: readonly Measurement[],
  flopShare: readonly number[],
): Choice | null {
  const best = choose(wanted, measurements, flopShare);
  if (standing === null || best === null) return best;
  const { budget, steps, hasMet } = standing;
  const time = timeOf({ budget, steps, guidance: wanted.guidance }, measurements, flopShare);
  if (time === null || (budget === best.budget && steps === best.steps)) return best;
  const kept = { budget, steps, ...time, isMet: time.ms <= wanted.target, isFastest: !best.isMet };
  if (isOneSlow(kept) || (hasMet && kept.ms <= wanted.target * SLACK && !isBetter(best, kept))) return kept;
  if (!kept.isMet) return best.isMet || best.ms < kept.ms / SLACK ? best : kept;
  return isBetter(best, kept) && best.ms <= wanted.target * ROOM ? best : kept;
}

/**
 * Whether one picture alone says that a choice is too slow. The first at a budget may have had launches to record: it
 * is drawn once more before it counts.
 */
export function isOneSlow({ measured, isMet }: Choice): boolean {
  return measured === 1 && !isMet;
}

function isBetter(a: Choice, b: Choice): boolean {
  return a.steps > b.steps || (a.steps === b.steps && a.budget > b.budget);
}
