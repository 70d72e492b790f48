import type { Manifest, TextFiles } from '../model/manifest.ts';
import { findStyle, findSubject } from '../model/subjects.ts';
import type { TextConditioning } from '../model/text-conditioning.ts';
import { EncoderOpening, type OpenTextEncoder, type ReadFile, type Waiting } from './encoder-opening.ts';
import type { Settings } from './types.ts';

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
  #opening: EncoderOpening | undefined;

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
   * The vector [D] of what settings ask for. An encoder that has to be fetched for it tells `waiting` of its progress,
   * and is given up soon after all who waited for it have.
   * @throws ElitError 'text-encoder-failed' | 'model-not-found' | 'model-network' | 'model-corrupt' for a prompt
   */
  async vector({ prompt, subject, style }: Settings, waiting: Waiting = {}): Promise<Float32Array<ArrayBuffer>> {
    const embedding =
      prompt === undefined
        ? this.#conditioning.name(findSubject(this.#manifest, subject))
        : await this.#embedding(prompt, waiting);
    return this.#conditioning.vector(embedding, findStyle(this.#manifest, style));
  }

  async dispose(): Promise<void> {
    this.#opening?.end();
    const encoder = await this.#opening?.encoder.catch(() => undefined); // whoever asked for it has the failure
    await encoder?.dispose();
  }

  #embedding(prompt: string, waiting: Waiting): Promise<Float32Array<ArrayBuffer>> {
    const known = this.#embeddings.get(prompt);
    if (known && !this.#opening?.hasEnded) {
      this.#opening?.join(waiting);
      return known;
    }
    const embedding = this.#embed(prompt, waiting);
    this.#embeddings.set(prompt, embedding);
    embedding.catch(() => this.#embeddings.delete(prompt)); // it may be there the next time
    const [oldest] = this.#embeddings.keys();
    if (this.#embeddings.size > KEPT && oldest !== undefined) this.#embeddings.delete(oldest);
    return embedding;
  }

  async #embed(prompt: string, waiting: Waiting): Promise<Float32Array<ArrayBuffer>> {
    const before = this.#opening?.hasEnded ? undefined : this.#opening;
    const opening = before ?? new EncoderOpening(this.#text, { read: this.#read, open: this.#open });
    this.#opening = opening;
    opening.join(waiting);
    const encoder = await opening.encoder.catch((thrown: unknown) => {
      if (this.#opening === opening) this.#opening = undefined; // the network may be back the next time
      throw thrown;
    });
    return encoder.embed(prompt);
  }
}
