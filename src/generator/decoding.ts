import { type ImageShape, type LatentShape, OnnxDecoder } from '../runtime-onnx/decoder.ts';
import type { RuntimeFiles } from '../runtime-onnx/runtime.ts';
import { straightRgba8 } from '../runtime-onnx/straight-alpha.ts';
import type { Pixels } from './types.ts';

/** Turns latents [C·h·w] into a picture; calls are served in order. */
export interface ImageDecoder {
  /** @throws ElitError 'decoder-failed' */
  decode(latents: Float32Array): Promise<Pixels>;
  dispose(): void;
}

/** Opens decoder.onnx for latents and pictures of the shapes in model.json. @throws ElitError 'decoder-failed' */
export type OpenDecoder = (
  model: Uint8Array<ArrayBuffer>,
  latents: LatentShape,
  image: ImageShape,
) => Promise<ImageDecoder>;

/** The decoder on this thread: what Node uses, and a browser's decoder worker. */
export function decoderHere(files?: RuntimeFiles): OpenDecoder {
  return async (model, latents, { width, height }) => {
    const decoder = await OnnxDecoder.create(model, latents, { width, height }, files);
    return {
      decode: async (values) => ({ width, height, data: straightRgba8(await decoder.decode(values)) }),
      dispose: () => void decoder.dispose(),
    };
  };
}
