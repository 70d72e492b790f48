import * as ort from 'onnxruntime-web/wasm';
import { ElitError } from '../errors.ts';
import type { RuntimeFiles } from './runtime.ts';
import { WasmGraph } from './wasm-graph.ts';

export interface ImageShape {
  readonly width: number;
  readonly height: number;
}

export interface LatentShape extends ImageShape {
  readonly channels: number;
}

const INPUT = 'latents';
const OUTPUT = 'image';
const CHANNELS = 4;
const HINT = 'Load the model again; if that fails too, its decoder.onnx is damaged or from another model.';

/** decoder.onnx on WebAssembly: `latents [B,C,h,w]` -> `image [B,4,H,W]`, RGBA premultiplied, 0..1. */
export class OnnxDecoder {
  readonly #graph: WasmGraph;
  readonly #latents: LatentShape;
  readonly #image: ImageShape;

  private constructor(graph: WasmGraph, latents: LatentShape, image: ImageShape) {
    this.#graph = graph;
    this.#latents = latents;
    this.#image = image;
  }

  /**
   * Reads the model and holds its input and output to the shapes that model.json promises.
   * @throws ElitError 'decoder-failed'
   */
  static async create(
    model: Uint8Array,
    latents: LatentShape,
    image: ImageShape,
    files?: RuntimeFiles,
  ): Promise<OnnxDecoder> {
    const graph = await WasmGraph.open(model, files).catch((cause) => {
      if (cause instanceof ElitError) throw cause; // it says so itself
      throw failed(`The image decoder cannot be read: ${text(cause)}.`, cause);
    });
    try {
      checkShape('input', graph.inputMetadata, INPUT, [latents.channels, latents.height, latents.width]);
      checkShape('output', graph.outputMetadata, OUTPUT, [CHANNELS, image.height, image.width]);
    } catch (thrown) {
      await graph.dispose();
      throw thrown;
    }
    return new OnnxDecoder(graph, latents, image);
  }

  /**
   * Decodes the latents [C·h·w] of one image to premultiplied planes [4·H·W]; calls are served in order.
   * @throws ElitError 'decoder-failed'
   */
  async decode(latents: Float32Array): Promise<Float32Array> {
    const { channels, height, width } = this.#latents;
    try {
      const input = new ort.Tensor('float32', latents, [1, channels, height, width]);
      return await this.#graph.run({ [INPUT]: input }, OUTPUT, CHANNELS * this.#image.height * this.#image.width);
    } catch (cause) {
      throw failed(`The image could not be decoded: ${text(cause)}.`, cause);
    }
  }

  dispose(): Promise<void> {
    return this.#graph.dispose();
  }
}

function checkShape(
  what: 'input' | 'output',
  metadata: readonly ort.InferenceSession.ValueMetadata[],
  name: string,
  expected: readonly number[],
): void {
  const found = metadata.find((value) => value.name === name);
  const shape = found?.isTensor ? found.shape : undefined;
  const matches = shape?.length === expected.length + 1 && expected.every((size, i) => shape[i + 1] === size);
  if (found?.isTensor && found.type === 'float32' && matches) return;
  const names = metadata.map((value) => value.name).join(', ');
  const got = found?.isTensor ? `is ${found.type} [${shape?.join(', ')}]` : `is missing (there is ${names})`;
  throw failed(`The image decoder's ${what} “${name}” ${got}; model.json says float32 [B, ${expected.join(', ')}].`);
}

function failed(message: string, cause?: unknown): ElitError {
  return new ElitError('decoder-failed', message, HINT, { cause });
}

function text(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
