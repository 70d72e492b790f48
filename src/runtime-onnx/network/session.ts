import * as ort from 'onnxruntime-web/wasm';
import { ElitError } from '../../errors.ts';
import { resetVectorState } from '../vector-state.ts';
import { WEIGHTS_FILE } from './onnx/graph-builder.ts';

export type Inputs = Readonly<Record<string, ort.Tensor>>;

/** A graph on onnxruntime's WebAssembly, with one output of float32. */
export class GraphSession {
  readonly #session: ort.InferenceSession;

  private constructor(session: ort.InferenceSession) {
    this.#session = session;
  }

  /**
   * Reads the graph and its weights; what the graph computes from weights alone (casts, transpositions, Read's
   * queries) is computed now and not at every run. Sessions are opened one after the other: the runtime forgets the
   * weights file when one is open.
   * @param weights the whole safetensors file; not needed afterwards
   * @throws ElitError runtime-failed when it refuses
   */
  static async open(graph: Uint8Array, weights: Uint8Array): Promise<GraphSession> {
    try {
      resetVectorState();
      const session = await ort.InferenceSession.create(graph, {
        executionProviders: ['wasm'],
        graphOptimizationLevel: 'all',
        externalData: [{ path: WEIGHTS_FILE, data: weights }],
      });
      return new GraphSession(session);
    } catch (cause) {
      throw failed('could not be set up', cause);
    }
  }

  /** @throws ElitError runtime-failed */
  async run(inputs: Inputs): Promise<Float32Array> {
    try {
      resetVectorState();
      const [output] = Object.values(await this.#session.run(inputs));
      if (output?.data instanceof Float32Array) return output.data;
      throw new Error(`its output is ${output?.type}, not float32`);
    } catch (cause) {
      throw failed('could not be run', cause);
    }
  }

  async dispose(): Promise<void> {
    await this.#session.release();
  }
}

export function floats(values: Float32Array, shape: readonly number[]): ort.Tensor {
  return new ort.Tensor('float32', values, shape);
}

export function wholeNumber(value: number): ort.Tensor {
  return new ort.Tensor('int64', BigInt64Array.of(BigInt(value)), []);
}

function failed(what: string, cause: unknown): ElitError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const hint = 'Close other tabs in case memory is short, and load the model again. If it stays, please report it.';
  return new ElitError('runtime-failed', `The network ${what} on the processor: ${reason}.`, hint, { cause });
}
