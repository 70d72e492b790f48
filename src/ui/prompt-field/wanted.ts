import type { Settings } from '../../generator/types.ts';
import { type ClassNames, knownSubject } from '../../model/subjects.ts';

/** What to draw as a model that reads text is asked for it: a subject, or a prompt beside the subject “any”. */
export interface Wanted {
  readonly subject: string;
  readonly prompt: string | undefined;
}

/** A text as one line without spaces at its ends, and without halves of characters, which no address can hold. */
export function tidy(text: string): string {
  return text
    .replace(/\p{Cs}/gu, '\ufffd')
    .replace(/\s+/gu, ' ')
    .trim();
}

/**
 * What a text asks for, as the generator will have it too: a known name, but for case, accents and punctuation, is
 * that subject, whose embedding needs no text encoder.
 */
export function wanted(text: string, model: ClassNames): Wanted {
  const prompt = tidy(text);
  const row = knownSubject(model, prompt);
  const subject = row === null ? undefined : model.subjects[row]?.label;
  return subject === undefined ? { subject: 'any', prompt } : { subject, prompt: undefined };
}

/** What settings drew, as people would type it. */
export function drawnText({
  subject,
  prompt,
}: Pick<Settings, 'subject'> & { readonly prompt?: string | undefined }): string {
  return prompt ?? subject;
}
