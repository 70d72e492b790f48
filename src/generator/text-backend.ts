/** What a page's worker fetches in order to read prompts. */
export { runtimeFiles } from '../runtime-onnx/runtime-files.ts';
export { textEncoderHere } from './text-encoder-here.ts';
