import { type DraftGuidance, type Guidance, hasBudget, wholeGuidance } from './guidance.ts';

const SCALE = 'guidance';
const KIND = 'guidance-kind';
const BUDGET = 'guidance-budget';
const INTERVAL = 'guidance-interval';

/**
 * Puts guidance into an address: `guidance=2.5` alone is CFG over the whole run; `guidance-kind`, `guidance-budget` and
 * `guidance-interval=low,high` stand beside it where they say something else.
 */
export function writeGuidance(query: URLSearchParams, guidance: Guidance): void {
  const { scale, budget, interval } = guidance;
  const kind = scale <= 1 ? 'none' : guidance.kind;
  for (const name of [KIND, BUDGET, INTERVAL]) query.delete(name);
  query.set(SCALE, String(kind === 'none' ? 1 : scale));
  if (kind === 'none') return;
  if (kind !== 'cfg') query.set(KIND, kind);
  if (hasBudget(kind)) query.set(BUDGET, String(budget));
  if (interval[0] !== 0 || interval[1] !== 1) query.set(INTERVAL, interval.join(','));
}

/**
 * Guidance as an address has it; undefined where it has none. What is no number becomes NaN, and an unknown kind stays
 * as it is: the generator refuses both in words.
 */
export function readGuidance(query: URLSearchParams): DraftGuidance | undefined {
  const scale = query.get(SCALE) ?? undefined;
  if (![KIND, BUDGET, INTERVAL].some((name) => query.has(name))) {
    return scale === undefined ? undefined : number(scale);
  }
  const whole = wholeGuidance(number(scale));
  const kind = query.get(KIND);
  const budget = query.get(BUDGET);
  const interval = query.get(INTERVAL)?.split(',');
  return {
    ...whole,
    kind: kind === null ? whole.kind : (kind as Guidance['kind']),
    budget: budget === null ? whole.budget : number(budget),
    interval: interval === undefined ? whole.interval : [number(interval[0]), number(interval[1])],
  };
}

function number(text: string | undefined): number {
  return text === undefined || text.trim() === '' ? Number.NaN : Number(text);
}
