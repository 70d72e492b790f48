import { ElitError } from '../errors.ts';
import type { Manifest } from '../model/manifest.ts';
import { knownSubject } from '../model/subjects.ts';

/** Far more than an encoder reads: at most 512 tokens, most of them of several characters. */
export const LONGEST_PROMPT = 1000;

/** What a prompt asks for: a name that the model knows, or a text that has to be read first. */
export type ReadPrompt = { readonly subject: number } | { readonly prompt: string };

/**
 * Checks a prompt against the model. One that is a known name, but for case, accents and punctuation, is that subject:
 * its embedding is there already.
 * @throws ElitError 'request-invalid' when it is empty or too long, or the model reads no text
 */
export function resolvePrompt(asked: string, model: Manifest): ReadPrompt {
  if (model.text === null) {
    const hint = 'Give one of its subjects instead, or load a model that reads text.';
    throw new ElitError('request-invalid', `The model ${model.name} reads no prompts.`, hint);
  }
  const prompt = typeof asked === 'string' ? asked.trim() : '';
  if (prompt === '') {
    throw new ElitError('request-invalid', 'The prompt is empty.', 'Say what to draw, such as “a red apple”.');
  }
  const length = [...prompt].length;
  if (length > LONGEST_PROMPT) {
    const hint = `Say it in ${LONGEST_PROMPT} characters or fewer.`;
    throw new ElitError('request-invalid', `The prompt has ${length} characters.`, hint);
  }
  const subject = knownSubject(model, prompt);
  return subject === null ? { prompt } : { subject };
}
