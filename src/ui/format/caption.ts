import type { Settings } from '../../generator/types.ts';
import { guidanceWords } from '../guidance/guidance.ts';
import { startWords } from '../variation/variation.ts';
import { percent } from './numbers.ts';

/** Characters of a prompt that a caption has room for. */
const LONGEST = 60;
/** Scripts from right to left, and the marks that have others read so. */
const FROM_THE_RIGHT =
  /[\u0590-\u08ff\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefc]|[\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** What a picture is that was drawn in fewer steps than asked for: “Draft, 6 steps”. */
export function draftWords({ steps }: Settings): string {
  return `Draft, ${counted(steps)}`;
}

/** What an image shows, in one line: “cat face, noto · seed 7 · 20 steps · guidance 2.5”. */
export function caption(settings: Settings): string {
  const { subject, prompt, style, seed, variation, steps, guidance, strength } = settings;
  const drawn = prompt === undefined ? subject : quoted(prompt);
  const what = style === 'any' ? drawn : `${drawn}, ${style}`;
  const picture = strength === undefined ? [] : [`from a picture, strength ${percent(strength)}`];
  return [what, ...picture, startWords(seed, variation), counted(steps), guidanceWords(guidance)].join(' · ');
}

/** A prompt among other words: cut off when it is long, and set apart where it is written from right to left. */
function quoted(prompt: string): string {
  const characters = [...prompt];
  const shown = characters.length > LONGEST ? `${characters.slice(0, LONGEST).join('').trimEnd()}…` : prompt;
  return FROM_THE_RIGHT.test(shown) ? `“\u2068${shown}\u2069”` : `“${shown}”`;
}

function counted(steps: number): string {
  return steps === 1 ? '1 step' : `${steps} steps`;
}
