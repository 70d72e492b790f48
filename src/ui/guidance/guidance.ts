import type { Settings } from '../../generator/types.ts';

export type Guidance = Settings['guidance'];
export type GuidanceKind = Guidance['kind'];
/** Guidance as the controls hold it: a scale alone is CFG over the whole run. */
export type DraftGuidance = number | Guidance;

/** What a run may have; a typed million would only keep the page counting. */
const MAX_STEPS = 1000;

interface KindWords {
  readonly name: string;
  /** What the second call of a step asks for. */
  readonly meaning: string;
}

/** In the order they are offered. */
export const KINDS: Readonly<Record<GuidanceKind, KindWords>> = {
  none: { name: 'None', meaning: 'One call a step: fast, and vaguer' },
  cfg: { name: 'CFG', meaning: 'Away from what it draws when told nothing' },
  ccfg: { name: 'CCFG', meaning: 'The same, but that call is made cheaper' },
  autoguidance: { name: 'Autoguidance', meaning: 'Away from its own picture at a low budget' },
};

/** The whole of it, with what a scale alone leaves open. */
export function wholeGuidance(guidance: DraftGuidance): Guidance {
  return typeof guidance === 'number' ? { kind: 'cfg', scale: guidance, budget: 1, interval: [0, 1] } : guidance;
}

/** Whether the guiding call has a budget of its own. */
export function hasBudget(kind: GuidanceKind): boolean {
  return kind === 'ccfg' || kind === 'autoguidance';
}

/**
 * Another kind with the same numbers. Those that it does not use, and no run could, start anew: an error about a field
 * that is not there could not be mended.
 */
export function withKind({ scale, budget, interval }: Guidance, kind: GuidanceKind, maxBudget: number): Guidance {
  const fresh = wholeGuidance(1);
  const [low, high] = interval;
  const isBudget = Number.isInteger(budget) && budget >= 1 && budget <= maxBudget;
  const isUsed = kind !== 'none';
  return {
    kind,
    scale: isUsed || scale >= 0 ? scale : fresh.scale,
    budget: hasBudget(kind) || isBudget ? budget : fresh.budget,
    interval: isUsed || (low >= 0 && low <= high && high <= 1) ? interval : fresh.interval,
  };
}

/** Whether two guidances draw the same picture; what only one of the two would use is left out. */
export function sameGuidance(a: Guidance, b: Guidance): boolean {
  if (isOff(a) || isOff(b)) return isOff(a) && isOff(b);
  return (
    a.kind === b.kind &&
    a.scale === b.scale &&
    (a.budget === b.budget || !hasBudget(a.kind)) &&
    a.interval[0] === b.interval[0] &&
    a.interval[1] === b.interval[1]
  );
}

/** In a caption: “no guidance”, “guidance 2.5” (CFG), “CCFG 2.5 at budget 1, t 0.2 to 0.8”. */
export function guidanceWords(guidance: Guidance): string {
  if (isOff(guidance)) return 'no guidance';
  const { kind, scale, budget, interval } = guidance;
  const name = { none: '', cfg: 'guidance', ccfg: 'CCFG', autoguidance: 'autoguidance' }[kind];
  const [low, high] = interval;
  const at = hasBudget(kind) ? ` at budget ${budget}` : '';
  return `${name} ${scale}${at}${low === 0 && high === 1 ? '' : `, t ${low} to ${high}`}`;
}

/**
 * FLOPs of a run as a share of plain CFG (both calls of every step at the full budget, as many steps).
 * @param flopShare FLOPs of a forward at budget k (index k-1) as a share of the full budget's
 * @returns null where a budget or the number of steps is none that the model has
 */
export function guidanceCost(
  guidance: Guidance,
  run: { readonly budget: number; readonly steps: number },
  flopShare: readonly number[],
): number | null {
  const conditional = flopShare[run.budget - 1];
  if (conditional === undefined) return null;
  if (isOff(guidance)) return conditional / 2;
  const guiding = flopShare[(hasBudget(guidance.kind) ? guidance.budget : run.budget) - 1];
  if (guiding === undefined || !(run.steps >= 1 && run.steps <= MAX_STEPS)) return null;
  return (conditional + guiding * guidedShare(guidance.interval, run.steps)) / 2;
}

/** Share of the steps that are guided: those at t = 1, (steps-1)/steps, … 1/steps that lie in the interval. */
function guidedShare([low, high]: Guidance['interval'], steps: number): number {
  let guided = 0;
  for (let step = 0; step < steps; step++) {
    const t = (steps - step) / steps;
    if (low <= t && t <= high) guided++;
  }
  return guided / steps;
}

/** The kind that draws: none where the scale is off. */
export function kindInUse(guidance: Guidance): GuidanceKind {
  return isOff(guidance) ? 'none' : guidance.kind;
}

/** A scale that is no number is not off: the generator has to say so. */
function isOff({ kind, scale }: Guidance): boolean {
  return kind === 'none' || scale <= 1;
}
