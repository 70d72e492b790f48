import type { RuntimeFiles } from '../runtime-onnx/runtime.ts';
import { OnnxTextEncoder } from '../runtime-onnx/text-encoder.ts';
import type { OpenTextEncoder } from './encoder-opening.ts';

/** onnxruntime's encoder on this thread. @param runtimeFiles where the page serves it; Node finds its own */
export function textEncoderHere(runtimeFiles?: RuntimeFiles): OpenTextEncoder {
  return (files, text) => OnnxTextEncoder.create(files, text, runtimeFiles);
}
