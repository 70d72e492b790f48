import mjs from 'onnxruntime-web/ort-wasm-simd-threaded.mjs?url';
import wasm from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';
import type { RuntimeFiles } from './runtime.ts';

/** The runtime's files as the bundler serves them from our own origin; nothing comes from elsewhere. */
export const runtimeFiles: RuntimeFiles = {
  wasm: new URL(wasm, import.meta.url).href,
  mjs: new URL(mjs, import.meta.url).href,
};
