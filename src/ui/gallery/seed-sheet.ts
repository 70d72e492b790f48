import type { GeneratedImage } from '../../generator/types.ts';
import { sameGuidance, wholeGuidance } from '../guidance/guidance.ts';
import type { Draft } from '../store/studio-state.ts';

/** How many pictures a sheet may have. */
export const SIZES = [8, 16, 24, 48] as const;

const SEEDS = 2 ** 32;

/** One picture of the sheet; null until it is drawn. */
export interface SeedPicture {
  readonly seed: number;
  readonly image: GeneratedImage | null;
}

/** Seeds with all other settings as they are in `draft`. */
export interface SeedSheet {
  readonly draft: Draft;
  readonly pictures: readonly SeedPicture[];
  readonly state: 'drawing' | 'stopped' | 'done';
  /** Why it was stopped, for people; empty when the user did it. */
  readonly problem: string;
}

/** The `count` seeds that follow the draft's, with nothing drawn yet. After the last seed there is comes the first. */
export function newSheet(draft: Draft, count: number): SeedSheet {
  const pictures = Array.from({ length: count }, (_, i) => ({ seed: (draft.seed + 1 + i) % SEEDS, image: null }));
  return { draft, pictures, state: 'drawing', problem: '' };
}

/** What to draw next, or null when all is there. A sheet is of plain seeds: no noise of its own, no variation. */
export function nextDraft({ draft, pictures }: SeedSheet): Draft | null {
  const next = pictures.find(({ image }) => image === null);
  return next === undefined ? null : { ...draft, seed: next.seed, noise: null, variation: undefined };
}

/** The sheet with the picture that `nextDraft` asked for. */
export function withPicture(sheet: SeedSheet, { seed }: Draft, image: GeneratedImage): SeedSheet {
  const pictures = sheet.pictures.map((picture) => (picture.seed === seed ? { seed, image } : picture));
  return { ...sheet, pictures, state: pictures.some((picture) => picture.image === null) ? sheet.state : 'done' };
}

/** Whether another setting than where the noise comes from has changed since. */
export function isOld({ draft }: SeedSheet, now: Draft): boolean {
  return !sameButNoise(draft, now);
}

/** Whether two drafts are the same but for where their noise comes from. */
export function sameButNoise(one: Draft, other: Draft): boolean {
  const { guidance: a, seed: _, noise: __, variation: ___, ...first } = one;
  const { guidance: b, seed: ____, noise: _____, variation: ______, ...second } = other;
  const keys = Object.keys({ ...first, ...second }) as (keyof typeof first)[];
  return sameGuidance(wholeGuidance(a), wholeGuidance(b)) && keys.every((key) => Object.is(first[key], second[key]));
}
