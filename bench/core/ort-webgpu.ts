import mjs from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url';
import wasm from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';
import * as ort from 'onnxruntime-web/webgpu';
import { type Precision, WEIGHTS_FILE } from '../../src/runtime-onnx/network/onnx/graph-builder.ts';
import { velocityGraph } from '../../src/runtime-onnx/network/velocity-graph.ts';
import { weightsFile } from '../../src/runtime-onnx/network/weight-entry.ts';
import type { OrtDevice } from './ort-device.ts';
import type { OrtInputs } from './ort-inputs.ts';
import type { Engine, Problem } from './problem.ts';

/** One way to run the network on onnxruntime's WebGPU provider. */
export interface OrtForm {
  /** The budget is an input of the graph, or a constant of it with every shape known. */
  readonly graph: 'dynamic' | 'static';
  readonly attention: 'plain' | 'fused';
  readonly capture: boolean;
  /** Whether the device was asked for subgroups: onnxruntime has kernels of its own for them. */
  readonly subgroups: boolean;
  readonly precision: Precision;
}

export function formName({ graph, attention, capture, subgroups, precision }: OrtForm): string {
  const parts = [
    `${graph} graph`,
    attention === 'fused' ? 'MultiHeadAttention' : 'plain attention',
    ...(capture ? ['graph capture'] : []),
    subgroups ? 'subgroups' : 'no subgroups',
    ...(precision === 'F16' ? ['float16'] : []),
  ];
  return parts.join(', ');
}

/** What is the same for every form. */
export const WEBGPU_SETTINGS = [
  'float32, and float16 throughout where our products use it; batch 1',
  'inputs and output bound to GPU buffers',
  'graphOptimizationLevel all',
  'validationMode disabled',
  'a device of its own with the adapter’s features and limits',
];

export const ORT_VERSION = ort.env.versions.web ?? 'unknown';

/** To be called before the first session. */
export function configureOrtWebgpu(): void {
  ort.env.logLevel = 'error'; // that shapes are computed on the processor is no news
  ort.env.wasm.numThreads = 1; // arithmetic is on the GPU
  ort.env.wasm.wasmPaths = { wasm: new URL(wasm, import.meta.url).href, mjs: new URL(mjs, import.meta.url).href };
}

/** A session on a device, its inputs and output in GPU buffers that never change. */
export class OrtWebgpu {
  readonly form: OrtForm;
  readonly #device: OrtDevice;
  readonly #session: ort.InferenceSession;
  readonly #buffers: Record<'image' | 'modulation' | 'velocity', GPUBuffer>;
  readonly #feeds: Record<string, ort.Tensor>;
  readonly #velocity: ort.Tensor;

  private constructor(
    device: OrtDevice,
    session: ort.InferenceSession,
    form: OrtForm,
    { image, modulation }: OrtInputs,
  ) {
    this.#device = device;
    this.#session = session;
    this.form = form;
    this.#buffers = {
      image: device.upload(image.data),
      modulation: device.upload(modulation.data),
      velocity: device.upload(new Float32Array(image.data.length)),
    };
    const tensor = (buffer: GPUBuffer, dims: readonly number[]) =>
      ort.Tensor.fromGpuBuffer(buffer, { dataType: 'float32', dims: [...dims] });
    this.#feeds = {
      image: tensor(this.#buffers.image, image.dims),
      modulation: tensor(this.#buffers.modulation, modulation.dims),
    };
    this.#velocity = tensor(this.#buffers.velocity, image.dims);
  }

  /** @throws when the runtime refuses the form */
  static async open(
    device: OrtDevice,
    { manifest, weights }: Problem,
    inputs: OrtInputs,
    { form, kept }: { form: OrtForm; kept: number },
  ): Promise<OrtWebgpu> {
    const graph = velocityGraph(manifest.config, weights.header, {
      fusedAttention: form.attention === 'fused',
      precision: form.precision,
      ...(form.graph === 'static' ? { fixed: { images: 1, kept } } : {}),
    });
    const session = await ort.InferenceSession.create(graph, {
      executionProviders: [{ name: 'webgpu', device: device.device, validationMode: 'disabled' }],
      graphOptimizationLevel: 'all',
      preferredOutputLocation: 'gpu-buffer',
      enableGraphCapture: form.capture,
      externalData: [{ path: WEIGHTS_FILE, data: weightsFile(weights) }],
    });
    return new OrtWebgpu(device, session, form, inputs);
  }

  forward(kept: number): Engine {
    const feeds = { ...this.#feeds };
    if (this.#session.inputNames.includes('kept')) {
      feeds.kept = new ort.Tensor('int64', BigInt64Array.of(BigInt(kept)), []);
    }
    const { queue } = this.#device.device;
    // A captured graph must write where it wrote when it was captured, into a buffer of the runtime's own: given ours,
    // onnxruntime-web 1.30 forgets it after the first run.
    const fetches = this.form.capture ? {} : { velocity: this.#velocity };
    let last: ort.Tensor | undefined;
    return {
      name: formName(this.form),
      chain: async (count) => {
        const from = performance.now();
        for (let i = 0; i < count; i++) last = (await this.#session.run(feeds, fetches)).velocity;
        await queue.onSubmittedWorkDone();
        return (performance.now() - from) / count;
      },
      velocity: () => {
        if (last === undefined) throw new RangeError('no forward has run');
        return this.#device.read(last.gpuBuffer as GPUBuffer, 4 * last.size);
      },
    };
  }

  async dispose(): Promise<void> {
    await this.#session.release();
    for (const buffer of Object.values(this.#buffers)) buffer.destroy();
  }
}
