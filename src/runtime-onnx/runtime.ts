import * as ort from 'onnxruntime-web/wasm';

/** Where the page serves the two files of the runtime. Node finds its own beside the package. */
export interface RuntimeFiles {
  readonly wasm: string;
  readonly mjs: string;
}

const MOST_THREADS = 4;

/**
 * To be called before the first session of a page or worker. Threads need shared memory, which browsers give to
 * cross-origin isolated pages only.
 * @param files where the page serves the runtime; Node finds its own beside the package
 */
export function configureRuntime(files: RuntimeFiles | undefined): void {
  const isolated = globalThis.crossOriginIsolated === true;
  ort.env.wasm.numThreads = isolated ? Math.min(MOST_THREADS, Math.ceil(navigator.hardwareConcurrency / 2)) : 1;
  if (files !== undefined) ort.env.wasm.wasmPaths = { wasm: files.wasm, mjs: files.mjs };
}
