import * as ort from 'onnxruntime-web/wasm';
import { refuseOtherFiles } from '../decoder/other-files.ts';
import { ElitError } from '../errors.ts';
import type { ImageShape, LatentShape } from './decoder.ts';
import { configureRuntime, type RuntimeFiles } from './runtime.ts';
import { resetVectorState } from './vector-state.ts';

const OUTPUT = 'latents';
const CHANNELS = 4;

/** encoder.onnx on WebAssembly: `image [B,4,H,W]`, RGBA premultiplied, 0..1 -> `latents [B,C,h,w]` as the network samples them. */
export class OnnxImageEncoder {
  readonly #session: ort.InferenceSession;
  readonly #image: ImageShape;
  readonly #latents: LatentShape;
  /** The runtime runs one call at a time; the next waits for this. */
  #last: Promise<unknown> = Promise.resolve();

  private constructor(session: ort.InferenceSession, image: ImageShape, latents: LatentShape) {
    this.#session = session;
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
      refuseOtherFiles(model);
      configureRuntime(runtimeFiles);
      resetVectorState();
      const session = await ort.InferenceSession.create(model, { executionProviders: ['wasm'] });
      return new OnnxImageEncoder(session, image, latents);
    } catch (cause) {
      throw failed('The image encoder cannot be read', cause);
    }
  }

  /**
   * The latents [C·h·w] of premultiplied planes [4·H·W]; calls are served in order.
   * @throws ElitError 'image-encoder-failed'
   */
  encode(planes: Float32Array): Promise<Float32Array<ArrayBuffer>> {
    const latents = this.#last.then(() => this.#run(planes));
    this.#last = latents.catch(() => undefined); // the caller has the failure; the next call is not concerned
    return latents;
  }

  async dispose(): Promise<void> {
    await this.#last;
    await this.#session.release();
  }

  async #run(planes: Float32Array): Promise<Float32Array<ArrayBuffer>> {
    const { width, height } = this.#image;
    const { channels, ...places } = this.#latents;
    try {
      resetVectorState();
      const image = new ort.Tensor('float32', planes, [1, CHANNELS, height, width]);
      const { [OUTPUT]: output } = await this.#session.run({ image });
      const expected = channels * places.height * places.width;
      if (!(output?.data instanceof Float32Array) || output.data.length !== expected) {
        throw new Error(`it made ${output?.type} [${output?.dims}], not ${expected} float32 numbers`);
      }
      if (!output.data.every(Number.isFinite)) throw new Error('it made numbers that are not finite');
      return Float32Array.from(output.data);
    } catch (cause) {
      throw failed('The picture could not be encoded', cause);
    }
  }
}

function failed(message: string, cause: unknown): ElitError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const hint = 'Load the model again; if that fails too, its encoder.onnx is damaged or from another model.';
  return new ElitError('image-encoder-failed', `${message}: ${reason}.`, hint, { cause });
}
