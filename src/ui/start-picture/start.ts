import type { Pixels } from '../../generator/types.ts';
import { percent } from '../format/numbers.ts';

/** A picture that drawings begin with. */
export interface StartPicture {
  /** The file's name. */
  readonly name: string;
  readonly pixels: Pixels;
  /** What settings call the picture: its fingerprint. */
  readonly id: string;
}

/** How drawings begin where it is not noise alone. */
export interface Start extends StartPicture {
  /** How much is left to the model: above 0, which keeps the picture, to 1, which does without it. */
  readonly strength: number;
}

/** A picture's strength when it is new. */
export const FIRST_STRENGTH = 0.6;

/** What a strength does to the picture: “60 %: keeps its rough shapes and colours”. */
export function strengthWords(strength: number): string {
  return `${percent(strength)}: ${effect(strength)}`;
}

function effect(strength: number): string {
  if (strength <= 0.25) return 'stays close to the picture';
  if (strength <= 0.5) return 'keeps its shapes and colours';
  if (strength <= 0.75) return 'keeps its rough layout';
  if (strength < 1) return 'leaves little of it';
  return 'draws without it';
}
