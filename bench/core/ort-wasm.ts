import * as ort from 'onnxruntime-web/wasm';
import { WEIGHTS_FILE } from '../../src/runtime-onnx/network/onnx/graph-builder.ts';
import { velocityGraph } from '../../src/runtime-onnx/network/velocity-graph.ts';
import { weightsFile } from '../../src/runtime-onnx/network/weight-entry.ts';
import { configureRuntime, type RuntimeFiles } from '../../src/runtime-onnx/runtime.ts';
import type { OrtInputs } from './ort-inputs.ts';
import type { Engine, Problem } from './problem.ts';

/** More of them rarely help a network this small. */
const MOST_THREADS = 8;

/** What it runs with. */
export const WASM_SETTINGS = [
  'float32, batch 1',
  'dynamic graph',
  'graphOptimizationLevel all',
  'weights cast at load',
];

/** onnxruntime on WebAssembly; the weights are cast to float32 once, at load. */
export class OrtWasm {
  readonly threads: number;
  readonly #session: ort.InferenceSession;

  private constructor(session: ort.InferenceSession, threads: number) {
    this.#session = session;
    this.threads = threads;
  }

  /** To be called before any other session on WebAssembly: the runtime keeps its number of threads. */
  static async open(problem: Problem, files: RuntimeFiles): Promise<OrtWasm> {
    configureRuntime(files);
    // The page leaves half of the cores to others; here all count.
    const threads = crossOriginIsolated ? Math.min(MOST_THREADS, navigator.hardwareConcurrency) : 1;
    ort.env.wasm.numThreads = threads;
    const graph = velocityGraph(problem.manifest.config, problem.weights.header);
    const session = await ort.InferenceSession.create(graph, {
      executionProviders: ['wasm'],
      graphOptimizationLevel: 'all',
      externalData: [{ path: WEIGHTS_FILE, data: weightsFile(problem.weights) }],
    });
    return new OrtWasm(session, threads);
  }

  forward(kept: number, { image, modulation }: OrtInputs): Engine {
    const feeds: Record<string, ort.Tensor> = {
      image: new ort.Tensor('float32', image.data, image.dims),
      modulation: new ort.Tensor('float32', modulation.data, modulation.dims),
    };
    if (this.#session.inputNames.includes('kept'))
      feeds.kept = new ort.Tensor('int64', BigInt64Array.of(BigInt(kept)), []);
    let last: Float32Array | undefined;
    return {
      name: 'onnxruntime WASM',
      chain: async (count) => {
        const from = performance.now();
        for (let i = 0; i < count; i++) last = (await this.#session.run(feeds)).velocity!.data as Float32Array;
        return (performance.now() - from) / count;
      },
      velocity: async () => {
        if (last === undefined) throw new RangeError('no forward has run');
        return last;
      },
    };
  }

  async dispose(): Promise<void> {
    await this.#session.release();
  }
}
