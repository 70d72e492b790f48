import { LONGEST_PROMPT } from '../../generator/prompt.ts';
import { tidy } from './wanted.ts';

/** More characters than an encoder of sentences reads: some 64 tokens, of four or five each. */
const LONG = 300;
const LETTERS = /[\p{L}\p{N}]/u;
const OTHER_SCRIPTS = /[^\P{L}\p{Script=Latin}]/u;

export const HINT = 'A name, or your own English words: “a red apple”';

/** Why a text cannot be drawn, and what to do; null when it can. */
export function problem(text: string): string | null {
  const prompt = tidy(text);
  if (prompt === '') return 'Nothing to draw yet: type what it should be, or “any” for anything.';
  if ([...prompt].length <= LONGEST_PROMPT) return null;
  return `Too long: say it in ${LONGEST_PROMPT.toLocaleString('en')} characters or fewer.`;
}

/** What to expect of a text that can be drawn. */
export function advice(text: string): string {
  const prompt = tidy(text);
  if (!LETTERS.test(prompt)) return 'Emoji and signs alone tell the model little: say it in words.';
  if (OTHER_SCRIPTS.test(prompt))
    return 'The model has learned English words: those of other scripts may be lost on it.';
  return prompt.length > LONG ? 'Only the beginning of so long a text is read.' : HINT;
}
