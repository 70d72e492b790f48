import { OnnxImageEncoder } from '../../runtime-onnx/image-encoder.ts';
import type { RuntimeFiles } from '../../runtime-onnx/runtime.ts';
import type { OpenImageEncoder } from './picture-reader.ts';

/** onnxruntime's encoder on this thread. @param runtimeFiles where the page serves it; Node finds its own */
export function imageEncoderHere(runtimeFiles?: RuntimeFiles): OpenImageEncoder {
  return (model, image, latents) => OnnxImageEncoder.create(model, image, latents, runtimeFiles);
}
