import type { ModelFile, TextFiles } from '../model/manifest.ts';
import type { ReadOptions } from './source.ts';
import type { EncoderProgress } from './types.ts';

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
export type ReadFile = (
  file: ModelFile,
  options: Pick<ReadOptions, 'signal' | 'onBytes'>,
) => Promise<Uint8Array<ArrayBuffer>>;

/** How long an encoder that nobody waits for any more may go on arriving, ms: the next prompt may be on its way. */
const GRACE = 2000;

/** Who waits for an encoder. */
export interface Waiting {
  /** Gives up. */
  readonly signal?: AbortSignal | undefined;
  readonly onEncoder?: ((progress: EncoderProgress) => void) | undefined;
}

/** A text encoder on its way: all who wait for it hear how far it is, and when all of them have given up, it ends. */
export class EncoderOpening {
  readonly encoder: Promise<TextEncoder>;
  readonly #files: Pick<TextFiles, 'encoder' | 'tokenizer'>;
  readonly #end = new AbortController();
  readonly #arrived = new Map<ModelFile, number>();
  readonly #waiting = new Set<Waiting>();
  #isOver = false;

  constructor(
    text: Pick<TextFiles, 'encoder' | 'tokenizer' | 'longest' | 'width'>,
    { read, open }: { readonly read: ReadFile; readonly open: OpenTextEncoder },
  ) {
    this.#files = text;
    const fetched = (file: ModelFile) =>
      read(file, { signal: this.#end.signal, onBytes: (bytes) => this.#tell(file, bytes) });
    this.encoder = Promise.all([fetched(text.encoder), fetched(text.tokenizer)])
      .then(([encoder, tokenizer]) => open({ encoder, tokenizer }, text))
      .finally(() => {
        this.#isOver = true;
      });
  }

  /** Whether it was given up, and another one has to begin. */
  get hasEnded(): boolean {
    return this.#end.signal.aborted;
  }

  /** Tells `waiting` of the progress, and counts it among those for whose sake this goes on. */
  join(waiting: Waiting): void {
    if (this.#isOver) return;
    this.#waiting.add(waiting);
    waiting.onEncoder?.(this.#progress);
    waiting.signal?.addEventListener('abort', () => this.#leave(waiting), { once: true });
  }

  /** Gives it up, unless it is there. */
  end(reason?: unknown): void {
    if (!this.#isOver) this.#end.abort(reason);
  }

  #leave(waiting: Waiting): void {
    this.#waiting.delete(waiting);
    if (this.#waiting.size > 0 || this.#isOver) return;
    setTimeout(() => {
      if (this.#waiting.size === 0) this.end(waiting.signal?.reason);
    }, GRACE);
  }

  #tell(file: ModelFile, bytes: number): void {
    this.#arrived.set(file, bytes);
    for (const { onEncoder } of this.#waiting) onEncoder?.(this.#progress);
  }

  get #progress(): EncoderProgress {
    const done = [...this.#arrived.values()].reduce((sum, bytes) => sum + bytes, 0);
    return { done, total: this.#files.encoder.bytes + this.#files.tokenizer.bytes };
  }
}
