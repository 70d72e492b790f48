import * as ort from 'onnxruntime-web/wasm';
import { ElitError } from '../errors.ts';
import type { ImageShape, LatentShape } from './decoder.ts';
import type { RuntimeFiles } from './runtime.ts';
import { finite, WasmGraph } from './wasm-graph.ts';

const CHANNELS = 4;

/** encoder.onnx on WebAssembly: `image [B,4,H,W]`, RGBA premultiplied, 0..1 -> `latents [B,C,h,w]` as the network samples them. */
export class OnnxImageEncoder {
  readonly #graph: WasmGraph;
  readonly #image: ImageShape;
  readonly #latents: LatentShape;

  private constructor(graph: WasmGraph, image: ImageShape, latents: LatentShape) {
    this.#graph = graph;
    this.#image = image;
    this.#latents = latents;
  }

  /**
   * @param runtimeFiles where the page serves onnxruntime; Node finds its own
   * @throws ElitError 'image-encoder-failed'
   */
  static async create(
    model: Uint8Array,
    image: ImageShape,
    latents: LatentShape,
    runtimeFiles?: RuntimeFiles,
  ): Promise<OnnxImageEncoder> {
    try {
      return new OnnxImageEncoder(await WasmGraph.open(model, runtimeFiles), image, latents);
    } catch (cause) {
      throw failed('The image encoder cannot be read', cause);
    }
  }

  /**
   * The latents [C·h·w] of premultiplied planes [4·H·W]; calls are served in order.
   * @throws ElitError 'image-encoder-failed'
   */
  async encode(planes: Float32Array): Promise<Float32Array<ArrayBuffer>> {
    const { channels, ...places } = this.#latents;
    try {
      const image = new ort.Tensor('float32', planes, [1, CHANNELS, this.#image.height, this.#image.width]);
      return finite(await this.#graph.run({ image }, 'latents', channels * places.height * places.width));
    } catch (cause) {
      throw failed('The picture could not be encoded', cause);
    }
  }

  dispose(): Promise<void> {
    return this.#graph.dispose();
  }
}

function failed(message: string, cause: unknown): ElitError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const hint = 'Load the model again; if that fails too, its encoder.onnx is damaged or from another model.';
  return new ElitError('image-encoder-failed', `${message}: ${reason}.`, hint, { cause });
}
