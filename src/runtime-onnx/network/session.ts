import * as ort from 'onnxruntime-web/wasm';
import { ElitError } from '../../errors.ts';
import { resetVectorState } from '../vector-state.ts';
import { WEIGHTS_FILE } from './onnx/graph-builder.ts';

export type Inputs = Readonly<Record<string, ort.Tensor>>;

/** A graph on onnxruntime's WebAssembly; its outputs are float32. */
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

  /** The outputs by name. @throws ElitError runtime-failed */
  async outputs(inputs: Inputs): Promise<ReadonlyMap<string, Float32Array>> {
    try {
      resetVectorState();
      const outputs = new Map<string, Float32Array>();
      for (const [name, { data, type }] of Object.entries(await this.#session.run(inputs))) {
        if (!(data instanceof Float32Array)) throw new Error(`its output “${name}” is ${type}, not float32`);
        outputs.set(name, data);
      }
      return outputs;
    } catch (cause) {
      throw failed('could not be run', cause);
    }
  }

  /** The one output of a graph that has no other. @throws ElitError runtime-failed */
  async run(inputs: Inputs): Promise<Float32Array> {
    const [output = new Float32Array()] = (await this.outputs(inputs)).values();
    return output;
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
