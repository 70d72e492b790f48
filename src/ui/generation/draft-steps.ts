import type { GeneratedImage } from '../../generator/types.ts';
import { stepsAt } from '../../sampling/from-picture.ts';

/** How long pictures took, in milliseconds. */
export interface Pace {
  /** A solver step, had it been at the full budget. */
  readonly step: number;
  /** What comes on top, whatever the steps: decoding, and the way to the page and back. */
  readonly rest: number;
}

/** What a picture may take while the slider is dragged, ms: eight a second still follow the hand. */
const LIVE = 120;
/** Fewer solver steps than these show no more than a blur. */
const FEWEST = 4;

/** @param flopShare FLOPs at budget k (index k-1) as a share of the full budget's */
export function paceOf({ timing, settings }: GeneratedImage, flopShare: readonly number[]): Pace {
  const share = flopShare[settings.budget - 1] ?? 1;
  const steps = stepsAt(settings.strength ?? 1, settings.steps);
  return { step: timing.sampling / steps / share, rest: Math.max(0, timing.total - timing.sampling) };
}

/**
 * Solver steps for a picture that is drawn while the slider is dragged: as many as fit into the time in which
 * pictures still follow the hand, but never so few that there is nothing to see; all of them on a fast device.
 * @param steps what a picture at rest takes
 * @param share FLOPs of the budget as a share of the full budget's
 * @param paces of the last pictures; their median counts, for the first at a budget may have had kernels to compile
 */
export function draftSteps(steps: number, share: number, paces: readonly Pace[]): number {
  if (paces.length === 0) return steps;
  const step = median(paces.map((pace) => pace.step)) * share;
  const rest = median(paces.map((pace) => pace.rest));
  return Math.min(steps, Math.max(FEWEST, Math.floor((LIVE - rest) / step)));
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}
