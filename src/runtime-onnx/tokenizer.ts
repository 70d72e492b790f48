import { Tokenizer } from '@huggingface/tokenizers';
import { ElitError } from '../errors.ts';
import { parseStrictJson } from '../model/strict-json.ts';

const MAX_DEPTH = 16;

/** What is used of a library's tokenizer. */
type Encode = (text: string) => number[];

/** Texts to token ids, as `tokenizer.json` says: BERT's word pieces between a first and a last token. */
export class PromptTokenizer {
  readonly #encode: Encode;
  readonly #longest: number;

  /**
   * @param longest tokens of a text; of one with more the first are taken, and its last token
   * @throws ElitError 'text-encoder-failed' when the file makes no sense
   */
  constructor(file: Uint8Array, longest: number) {
    this.#longest = longest;
    try {
      const json = parseStrictJson(new TextDecoder('utf-8', { fatal: true }).decode(file), MAX_DEPTH);
      if (typeof json !== 'object' || json === null) throw new TypeError('it is not a JSON object');
      const tokenizer = new Tokenizer(json, {});
      this.#encode = (text) => tokenizer.encode(text).ids;
      this.#encode('a'); // a file without a vocabulary fails only now
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      const hint = 'Load the model again; if that fails too, its tokenizer.json is damaged.';
      throw new ElitError('text-encoder-failed', `tokenizer.json cannot be used: ${reason}.`, hint, { cause });
    }
  }

  /** Token ids [L], 1 ≤ L ≤ longest. */
  ids(text: string): number[] {
    // A sigma at a word's end has a small letter of its own, which only JavaScript's lower case knows.
    const ids = this.#encode(text.replaceAll('Σ', 'σ'));
    return ids.length <= this.#longest ? ids : [...ids.slice(0, this.#longest - 1), ...ids.slice(-1)];
  }
}
