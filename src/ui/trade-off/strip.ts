import type { GeneratedImage, ModelInfo } from '../../generator/types.ts';
import { sameGuidance, wholeGuidance } from '../guidance/guidance.ts';
import type { Draft } from '../store/studio-state.ts';

/** The setting that varies along a strip. */
export type Axis = 'budget' | 'guidance' | 'steps';
export const AXES = ['budget', 'guidance', 'steps'] as const satisfies readonly Axis[];

/** Places of an axis that has no end of its own. */
const GUIDANCE = [1, 1.5, 2, 2.5, 3, 4, 6];
const STEPS = [4, 6, 8, 12, 16, 24, 32];

/** A picture of the strip, once it is drawn. */
export interface StripPoint {
  /** Of the axis's setting. */
  readonly value: number;
  readonly image: GeneratedImage | null;
  /** SSIM to the full-budget image; null until the picture is drawn. */
  readonly similarity: number | null;
}

/** One seed along one axis, with all other settings as they are in `draft`. */
export interface Strip {
  readonly axis: Axis;
  readonly draft: Draft;
  /** By rising value. */
  readonly points: readonly StripPoint[];
  /** What the others are compared with: the picture of `draft` at the full budget. */
  readonly reference: GeneratedImage | null;
  readonly state: 'drawing' | 'stopped' | 'done';
  /** Why it was stopped, for people; empty when the user did it. */
  readonly problem: string;
}

/** A strip with nothing drawn yet. */
export function newStrip(axis: Axis, draft: Draft, { maxBudget }: Pick<ModelInfo, 'maxBudget'>): Strip {
  const points = axisValues(axis, draft, maxBudget).map((value) => ({ value, image: null, similarity: null }));
  return { axis, draft, points, reference: null, state: 'drawing', problem: '' };
}

/** Rising; every budget, or a choice of places together with the one that is set. */
export function axisValues(axis: Axis, draft: Draft, maxBudget: number): number[] {
  if (axis === 'budget') return Array.from({ length: maxBudget }, (_, i) => i + 1);
  const places = axis === 'guidance' ? GUIDANCE : STEPS;
  return [...new Set([...places, axisValue(axis, draft)])].filter(Number.isFinite).toSorted((a, b) => a - b);
}

/**
 * What to draw next, or null when all is there: first what the others are compared with, then from the largest budget
 * down, or up along another axis.
 */
export function nextDraft(strip: Strip, maxBudget: number): Draft | null {
  const { axis, draft, points, reference } = strip;
  if (reference === null) return { ...draft, budget: maxBudget };
  const missing = points.filter(({ image }) => image === null);
  const next = axis === 'budget' ? missing.at(-1) : missing[0];
  return next === undefined ? null : withValue(axis, draft, next.value);
}

/**
 * The strip with the picture that `nextDraft` asked for.
 * @param similarity of the picture to the reference, which it is itself where there is none yet
 */
export function withImage(strip: Strip, asked: Draft, image: GeneratedImage, similarity: number): Strip {
  const reference = strip.reference ?? image;
  const points = strip.points.map((point) =>
    isSame(withValue(strip.axis, strip.draft, point.value), asked) ? { ...point, image, similarity } : point,
  );
  const isDone = points.every((point) => point.image !== null);
  return { ...strip, points, reference, state: isDone ? 'done' : strip.state };
}

/** Whether the settings other than the axis's have changed since. */
export function isOld({ axis, draft }: Strip, now: Draft): boolean {
  return !isSame(withValue(axis, now, axisValue(axis, draft)), draft);
}

/** What the draft has on an axis; of guidance, its scale. */
export function axisValue(axis: Axis, draft: Draft): number {
  return axis === 'guidance' ? wholeGuidance(draft.guidance).scale : draft[axis];
}

/** The draft with another value on an axis. Guidance keeps its kind; where there is none, a scale means CFG. */
export function withValue(axis: Axis, draft: Draft, value: number): Draft {
  if (axis !== 'guidance') return { ...draft, [axis]: value };
  const guidance = wholeGuidance(draft.guidance);
  return { ...draft, guidance: { ...guidance, kind: guidance.kind === 'none' ? 'cfg' : guidance.kind, scale: value } };
}

function isSame({ guidance: a, ...first }: Draft, { guidance: b, ...second }: Draft): boolean {
  const keys = Object.keys({ ...first, ...second }) as (keyof typeof first)[];
  return sameGuidance(wholeGuidance(a), wholeGuidance(b)) && keys.every((key) => Object.is(first[key], second[key]));
}
