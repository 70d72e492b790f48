import { ElitError } from '../errors.ts';
import type { RuntimeFiles } from '../runtime-onnx/runtime.ts';
import type { OpenTextEncoder } from './text-reader.ts';

/**
 * onnxruntime's encoder on this thread, fetched when it is needed first.
 * @param findFiles where the page serves onnxruntime; Node finds its own
 */
export function textEncoderHere(findFiles?: () => Promise<RuntimeFiles>): OpenTextEncoder {
  return async (files, text) => {
    const [{ OnnxTextEncoder }, runtimeFiles] = await Promise.all([
      import('../runtime-onnx/text-encoder.ts'),
      findFiles?.(),
    ]).catch((cause: unknown) => {
      throw new ElitError(
        'model-network',
        'The program that reads prompts did not arrive.',
        'Check the connection, then try again. If the page is old, reload it.',
        { cause },
      );
    });
    return OnnxTextEncoder.create(files, text, runtimeFiles);
  };
}
