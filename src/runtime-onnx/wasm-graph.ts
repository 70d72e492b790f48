import * as ort from 'onnxruntime-web/wasm';
import { refuseOtherFiles } from '../decoder/other-files.ts';
import { configureRuntime, type RuntimeFiles } from './runtime.ts';
import { resetVectorState } from './vector-state.ts';

/** A graph in one ONNX file on WebAssembly. Calls are served in order: the runtime runs one at a time. */
export class WasmGraph {
  readonly #session: ort.InferenceSession;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(session: ort.InferenceSession) {
    this.#session = session;
  }

  /**
   * @param runtimeFiles where the page serves onnxruntime; Node finds its own
   * @throws what onnxruntime and `refuseOtherFiles` throw
   */
  static async open(model: Uint8Array, runtimeFiles?: RuntimeFiles): Promise<WasmGraph> {
    refuseOtherFiles(model);
    configureRuntime(runtimeFiles);
    resetVectorState();
    return new WasmGraph(await ort.InferenceSession.create(model, { executionProviders: ['wasm'] }));
  }

  get inputMetadata(): readonly ort.InferenceSession.ValueMetadata[] {
    return this.#session.inputMetadata;
  }

  get outputMetadata(): readonly ort.InferenceSession.ValueMetadata[] {
    return this.#session.outputMetadata;
  }

  /**
   * The output `name`, of `count` numbers in float32.
   * @throws what onnxruntime throws, and an Error when it made something else
   */
  run(feeds: ort.InferenceSession.FeedsType, name: string, count: number): Promise<Float32Array> {
    const made = this.#last.then(() => this.#run(feeds, name, count));
    this.#last = made.catch(() => undefined); // the caller has the failure; the next call is not concerned
    return made;
  }

  async dispose(): Promise<void> {
    await this.#last;
    await this.#session.release();
  }

  async #run(feeds: ort.InferenceSession.FeedsType, name: string, count: number): Promise<Float32Array> {
    resetVectorState();
    const { [name]: output } = await this.#session.run(feeds);
    if (!(output?.data instanceof Float32Array) || output.data.length !== count) {
      throw new Error(`it made ${output?.type} [${output?.dims}], not ${count} float32 numbers`);
    }
    return output.data;
  }
}

/** A copy of what a graph made. @throws Error when a number is not finite */
export function finite(values: Float32Array): Float32Array<ArrayBuffer> {
  if (!values.every(Number.isFinite)) throw new Error('it made numbers that are not finite');
  return Float32Array.from(values);
}
