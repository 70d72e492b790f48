import * as ort from 'onnxruntime-web/wasm';
import { refuseOtherFiles } from '../decoder/other-files.ts';
import { ElitError } from '../errors.ts';
import { configureRuntime, type RuntimeFiles } from './runtime.ts';
import { PromptTokenizer } from './tokenizer.ts';
import { resetVectorState } from './vector-state.ts';

const OUTPUT = 'embedding';

/** text-encoder.onnx on WebAssembly: `ids` and `mask`, int32 [B, L] -> `embedding`, float32 [B, width]. */
export class OnnxTextEncoder {
  readonly #session: ort.InferenceSession;
  readonly #tokenizer: PromptTokenizer;
  readonly #width: number;
  /** The runtime runs one call at a time; the next waits for this. */
  #last: Promise<unknown> = Promise.resolve();

  private constructor(session: ort.InferenceSession, tokenizer: PromptTokenizer, width: number) {
    this.#session = session;
    this.#tokenizer = tokenizer;
    this.#width = width;
  }

  /**
   * @param files text-encoder.onnx and tokenizer.json
   * @param text tokens that are read of a prompt, and numbers in an embedding
   * @param runtimeFiles where the page serves onnxruntime; Node finds its own
   * @throws ElitError 'text-encoder-failed'
   */
  static async create(
    files: { readonly encoder: Uint8Array; readonly tokenizer: Uint8Array },
    { longest, width }: { readonly longest: number; readonly width: number },
    runtimeFiles?: RuntimeFiles,
  ): Promise<OnnxTextEncoder> {
    const tokenizer = new PromptTokenizer(files.tokenizer, longest);
    try {
      refuseOtherFiles(files.encoder);
      configureRuntime(runtimeFiles);
      resetVectorState();
      const session = await ort.InferenceSession.create(files.encoder, { executionProviders: ['wasm'] });
      return new OnnxTextEncoder(session, tokenizer, width);
    } catch (cause) {
      throw failed('The text encoder cannot be read', cause);
    }
  }

  /** The unit vector [width] of a text; calls are served in order. @throws ElitError 'text-encoder-failed' */
  embed(text: string): Promise<Float32Array<ArrayBuffer>> {
    const embedding = this.#last.then(() => this.#run(this.#tokenizer.ids(text)));
    this.#last = embedding.catch(() => undefined); // the caller has the failure; the next call is not concerned
    return embedding;
  }

  async dispose(): Promise<void> {
    await this.#last;
    await this.#session.release();
  }

  async #run(ids: readonly number[]): Promise<Float32Array<ArrayBuffer>> {
    try {
      const integers = (values: Int32Array) => new ort.Tensor('int32', values, [1, ids.length]);
      resetVectorState();
      const { [OUTPUT]: output } = await this.#session.run({
        ids: integers(Int32Array.from(ids)),
        mask: integers(new Int32Array(ids.length).fill(1)),
      });
      if (!(output?.data instanceof Float32Array) || output.data.length !== this.#width) {
        throw new Error(`it made ${output?.type} [${output?.dims}], not ${this.#width} float32 numbers`);
      }
      if (!output.data.every(Number.isFinite)) throw new Error('it made numbers that are not finite');
      return Float32Array.from(output.data);
    } catch (cause) {
      throw failed('The prompt could not be read', cause);
    }
  }
}

function failed(message: string, cause: unknown): ElitError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const hint = 'Load the model again; if that fails too, its text-encoder.onnx is damaged or from another model.';
  return new ElitError('text-encoder-failed', `${message}: ${reason}.`, hint, { cause });
}
