import { OnnxDecoder } from '../runtime-onnx/decoder.ts';
import type { RuntimeFiles } from '../runtime-onnx/runtime.ts';
import { straightRgba8 } from '../runtime-onnx/straight-alpha.ts';
import type { OpenDecoder } from './decoding.ts';

/** The decoder on this thread: what Node uses, a browser's decoder worker, and onnxruntime where it samples. */
export function decoderHere(files?: RuntimeFiles): OpenDecoder {
  return async (model, latents, { width, height }) => {
    const decoder = await OnnxDecoder.create(model, latents, { width, height }, files);
    return {
      decode: async (values) => ({ width, height, data: straightRgba8(await decoder.decode(values)) }),
      isInTheWay: true,
      dispose: () => void decoder.dispose(),
    };
  };
}
