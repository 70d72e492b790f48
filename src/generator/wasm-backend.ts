/** What a page's worker fetches in order to draw without a GPU. */
export { runtimeFiles } from '../runtime-onnx/runtime-files.ts';
export { openWasmDevice } from './wasm-device.ts';
