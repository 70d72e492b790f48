import * as ort from 'onnxruntime-web/wasm';
import { ElitError } from '../errors.ts';
import type { RuntimeFiles } from './runtime.ts';
import { PromptTokenizer } from './tokenizer.ts';
import { finite, WasmGraph } from './wasm-graph.ts';

/** text-encoder.onnx on WebAssembly: `ids` and `mask`, int32 [B, L] -> `embedding`, float32 [B, width]. */
export class OnnxTextEncoder {
  readonly #graph: WasmGraph;
  readonly #tokenizer: PromptTokenizer;
  readonly #width: number;

  private constructor(graph: WasmGraph, tokenizer: PromptTokenizer, width: number) {
    this.#graph = graph;
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
      return new OnnxTextEncoder(await WasmGraph.open(files.encoder, runtimeFiles), tokenizer, width);
    } catch (cause) {
      throw failed('The text encoder cannot be read', cause);
    }
  }

  /** The unit vector [width] of a text; calls are served in order. @throws ElitError 'text-encoder-failed' */
  async embed(text: string): Promise<Float32Array<ArrayBuffer>> {
    const ids = this.#tokenizer.ids(text);
    try {
      const integers = (values: Int32Array) => new ort.Tensor('int32', values, [1, ids.length]);
      const feeds = { ids: integers(Int32Array.from(ids)), mask: integers(new Int32Array(ids.length).fill(1)) };
      return finite(await this.#graph.run(feeds, 'embedding', this.#width));
    } catch (cause) {
      throw failed('The prompt could not be read', cause);
    }
  }

  dispose(): Promise<void> {
    return this.#graph.dispose();
  }
}

function failed(message: string, cause: unknown): ElitError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const hint = 'Load the model again; if that fails too, its text-encoder.onnx is damaged or from another model.';
  return new ElitError('text-encoder-failed', `${message}: ${reason}.`, hint, { cause });
}
