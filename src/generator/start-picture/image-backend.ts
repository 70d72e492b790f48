/** What a page's worker fetches in order to read pictures. */
export { runtimeFiles } from '../../runtime-onnx/runtime-files.ts';
export { imageEncoderHere } from './image-encoder-here.ts';
