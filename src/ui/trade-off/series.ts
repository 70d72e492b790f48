import type { ModelInfo } from '../../generator/types.ts';
import { type GuidanceKind, KINDS, kindInUse, wholeGuidance, withKind } from '../guidance/guidance.ts';
import type { Draft } from '../store/studio-state.ts';
import { isOld, newStrip, type Strip } from './strip.ts';

/*
 * Further strips over the budgets, drawn on request beside the one that was asked for first: the same seed, guided in
 * another way. All are compared with the first one's picture at the full budget.
 */

/** Where neither the settings nor the model's defaults have a scale that guides. */
const USUAL_SCALE = 2;

/** How the pictures of a strip are guided. */
export function kindOf({ draft }: Strip): GuidanceKind {
  return kindInUse(wholeGuidance(draft.guidance));
}

/** Kinds of guidance that have no strip yet, or one that was stopped. */
export function kindsToDraw(strips: readonly Strip[]): GuidanceKind[] {
  const done = strips.filter(({ state }) => state !== 'stopped').map(kindOf);
  return (Object.keys(KINDS) as GuidanceKind[]).filter((kind) => !done.includes(kind));
}

/** A strip beside `first` with nothing drawn yet, guided by the same numbers in another way. */
export function furtherStrip(
  first: Strip,
  kind: GuidanceKind,
  { maxBudget, defaults }: Pick<ModelInfo, 'maxBudget' | 'defaults'>,
): Strip {
  const guidance = withKind(wholeGuidance(first.draft.guidance), kind, maxBudget);
  const scale = [guidance.scale, defaults.guidance.scale].find((each) => each > 1) ?? USUAL_SCALE;
  const draft: Draft = { ...first.draft, guidance: { ...guidance, scale } };
  return { ...newStrip('budget', draft, { maxBudget }), reference: first.reference };
}

/** The strip whose settings are those of `draft` but for its own, or null. */
export function stripOf(strips: readonly Strip[], draft: Draft | null): Strip | null {
  return strips.find((strip) => draft !== null && !isOld(strip, draft)) ?? null;
}

/** In a legend. */
export function kindName(kind: GuidanceKind): string {
  return kind === 'none' ? 'No guidance' : KINDS[kind].name;
}
