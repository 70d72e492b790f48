import type { Manifest, ModelFile, TextFiles } from '../model/manifest.ts';
import { findStyle, findSubject } from '../model/subjects.ts';
import type { TextConditioning } from '../model/text-conditioning.ts';
import type { Settings } from './types.ts';

/** Reads prompts. */
export interface TextEncoder {
  /** The embedding of a text, a unit vector [width]. @throws ElitError 'text-encoder-failed' */
  embed(text: string): Promise<Float32Array<ArrayBuffer>>;
  dispose(): Promise<void>;
}

/**
 * Opens an encoder on its file and its tokenizer's.
 * @throws ElitError 'text-encoder-failed' when it cannot be read
 */
export type OpenTextEncoder = (
  files: { readonly encoder: Uint8Array; readonly tokenizer: Uint8Array },
  text: Pick<TextFiles, 'longest' | 'width'>,
) => Promise<TextEncoder>;

/** What is read of a model's files. @throws ElitError 'model-…' | 'text-encoder-failed' */
export type ReadFile = (file: ModelFile, signal: AbortSignal) => Promise<Uint8Array<ArrayBuffer>>;

/** Embeddings that are kept: a slider that is dragged asks for the same one at every move. */
const KEPT = 32;

/** From settings to the vector that a text model's network takes. The encoder is fetched for the first unknown prompt. */
export class TextReader {
  readonly #manifest: Manifest;
  readonly #text: TextFiles;
  readonly #conditioning: TextConditioning;
  readonly #read: ReadFile;
  readonly #open: OpenTextEncoder;
  readonly #embeddings = new Map<string, Promise<Float32Array<ArrayBuffer>>>();
  readonly #life = new AbortController();
  #encoder: Promise<TextEncoder> | undefined;

  constructor(
    manifest: Manifest,
    text: TextFiles,
    conditioning: TextConditioning,
    { read, open }: { readonly read: ReadFile; readonly open: OpenTextEncoder },
  ) {
    this.#manifest = manifest;
    this.#text = text;
    this.#conditioning = conditioning;
    this.#read = read;
    this.#open = open;
  }

  /** The vector [D] of guidance's null call. */
  get nothing(): Float32Array<ArrayBuffer> {
    return this.#conditioning.nothing;
  }

  /**
   * The vector [D] of what settings ask for.
   * @throws ElitError 'text-encoder-failed' | 'model-not-found' | 'model-network' | 'model-corrupt' for a prompt
   */
  async vector({ prompt, subject, style }: Settings): Promise<Float32Array<ArrayBuffer>> {
    const embedding =
      prompt === undefined
        ? this.#conditioning.name(findSubject(this.#manifest, subject))
        : await this.#embedding(prompt);
    return this.#conditioning.vector(embedding, findStyle(this.#manifest, style));
  }

  async dispose(): Promise<void> {
    this.#life.abort();
    const encoder = await this.#encoder?.catch(() => undefined); // whoever asked for it has the failure
    await encoder?.dispose();
  }

  #embedding(prompt: string): Promise<Float32Array<ArrayBuffer>> {
    const known = this.#embeddings.get(prompt);
    if (known) return known;
    const embedding = this.#embed(prompt);
    this.#embeddings.set(prompt, embedding);
    embedding.catch(() => this.#embeddings.delete(prompt)); // it may be there the next time
    const [oldest] = this.#embeddings.keys();
    if (this.#embeddings.size > KEPT && oldest !== undefined) this.#embeddings.delete(oldest);
    return embedding;
  }

  async #embed(prompt: string): Promise<Float32Array<ArrayBuffer>> {
    this.#encoder ??= this.#openEncoder();
    const opening = this.#encoder;
    const encoder = await opening.catch((thrown: unknown) => {
      if (this.#encoder === opening) this.#encoder = undefined; // the network may be back the next time
      throw thrown;
    });
    return encoder.embed(prompt);
  }

  async #openEncoder(): Promise<TextEncoder> {
    const { signal } = this.#life;
    const [encoder, tokenizer] = await Promise.all([
      this.#read(this.#text.encoder, signal),
      this.#read(this.#text.tokenizer, signal),
    ]);
    return this.#open({ encoder, tokenizer }, this.#text);
  }
}
