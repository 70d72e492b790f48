import type { Gpu } from './gpu.ts';
import type { Kernel } from './pipelines.ts';

/** Uniform slots sit at this distance: WebGPU's default minUniformBufferOffsetAlignment. */
const SLOT_BYTES = 256;

/** One kernel launch, described as plain data: what to run on which buffers, and what it costs. */
export interface Dispatch {
  readonly kernel: Kernel;
  /** What it is in the paper's words, e.g. 'core 3 qkv'. */
  readonly label: string;
  /** Part of the forward it is counted under: 'head', 'read', 'core', … */
  readonly part: string;
  /** In the order of the kernel's storage bindings. */
  readonly buffers: readonly GPUBuffer[];
  /** The kernel's parameter block, laid out as its WGSL struct. */
  readonly params: Uint32Array<ArrayBuffer>;
  readonly workgroups: readonly [x: number, y: number, z: number];
  /** Arithmetic of the launch, 2 per multiply-add. */
  readonly flops: number;
  /** Least traffic of the launch: every byte it needs read once, every byte it makes written once. */
  readonly bytes: number;
  /** Where there are several ways to compute this launch. */
  readonly family?: Family;
}

/** The ways to compute one launch: same operands and result, another kernel. */
export interface Family {
  /** What decides which is fastest, e.g. 'matmul F16 64×256→768 normalize'; launches of one shape are tuned as one. */
  readonly shape: string;
  /** The one this launch uses, the tier's default, and all that this tier has. */
  readonly variant: string;
  readonly standard: string;
  readonly variants: readonly string[];
  /** The same launch by another of `variants`. */
  by(variant: string): Dispatch;
}

interface Launch {
  readonly dispatch: Dispatch;
  readonly pipeline: GPUComputePipeline;
  readonly bindGroup: GPUBindGroup;
}

/**
 * A fixed list of launches with their bind groups made and pipelines compiled, replayed as often as wanted:
 * encoding allocates nothing. What changes from stage to stage sits in a `StageTable`.
 */
export class Program {
  readonly dispatches: readonly Dispatch[];
  readonly #gpu: Gpu;
  readonly #launches: readonly Launch[];
  readonly #params: GPUBuffer;

  private constructor(gpu: Gpu, launches: readonly Launch[], params: GPUBuffer) {
    this.#gpu = gpu;
    this.#launches = launches;
    this.#params = params;
    this.dispatches = launches.map((launch) => launch.dispatch);
  }

  static async build(gpu: Gpu, label: string, dispatches: readonly Dispatch[]): Promise<Program> {
    const pipelines = await Promise.all(dispatches.map((dispatch) => gpu.pipelines.compile(dispatch.kernel)));
    const params = uploadParams(gpu, label, dispatches);
    const launches = dispatches.map((dispatch, index): Launch => {
      const pipeline = pipelines[index];
      if (pipeline === undefined) throw new RangeError(`no pipeline for ${dispatch.label}`);
      return { dispatch, pipeline, bindGroup: bind(gpu, dispatch, params, index) };
    });
    return new Program(gpu, launches, params);
  }

  /** Encodes every launch (or those of `from` up to `to`) into an open pass whose group 1 is the stage. */
  encode(pass: GPUComputePassEncoder, from = 0, to = this.#launches.length): void {
    for (let index = from; index < to; index++) {
      const launch = this.#launches[index];
      if (launch === undefined) throw new RangeError(`launch ${index} of ${this.#launches.length}`);
      pass.setPipeline(launch.pipeline);
      pass.setBindGroup(0, launch.bindGroup);
      pass.dispatchWorkgroups(...launch.dispatch.workgroups);
    }
  }

  dispose(): void {
    this.#gpu.destroyBuffer(this.#params);
  }
}

function uploadParams(gpu: Gpu, label: string, dispatches: readonly Dispatch[]): GPUBuffer {
  const words = new Uint32Array((dispatches.length * SLOT_BYTES) / 4);
  dispatches.forEach((dispatch, index) => {
    if (dispatch.params.byteLength > SLOT_BYTES) throw new RangeError(`parameters of ${dispatch.label} are too long`);
    words.set(dispatch.params, (index * SLOT_BYTES) / 4);
  });
  const usage = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
  const buffer = gpu.createBuffer(`${label} parameters`, Math.max(words.byteLength, SLOT_BYTES), usage);
  gpu.device.queue.writeBuffer(buffer, 0, words);
  return buffer;
}

function bind(gpu: Gpu, dispatch: Dispatch, params: GPUBuffer, index: number): GPUBindGroup {
  const storage = dispatch.buffers.map((buffer, binding): GPUBindGroupEntry => ({ binding, resource: { buffer } }));
  const uniform: GPUBindGroupEntry = {
    binding: dispatch.buffers.length,
    resource: { buffer: params, offset: index * SLOT_BYTES, size: SLOT_BYTES },
  };
  return gpu.device.createBindGroup({
    label: dispatch.label,
    layout: gpu.pipelines.layout(dispatch.kernel.bindings),
    entries: [...storage, uniform],
  });
}

/** What one stage of a run tells the kernels; mirrored by `struct Stage` in `kernels/stage.wgsl`. */
export interface StageValues {
  /** First row of this stage in the modulation tables. */
  readonly row: number;
  readonly t: number;
  readonly base: number;
  readonly velocity: number;
  readonly previous: number;
  readonly noise: number;
  /** Guidance scale; 1 where the guiding call is not made. */
  readonly guidance: number;
}

/** All stages of a run in one uniform buffer, picked by a dynamic offset: nothing is written inside the loop. */
export class StageTable {
  readonly #gpu: Gpu;
  readonly #buffer: GPUBuffer;
  readonly #bindGroup: GPUBindGroup;

  constructor(gpu: Gpu, stages: readonly StageValues[]) {
    this.#gpu = gpu;
    const data = new ArrayBuffer(Math.max(1, stages.length) * SLOT_BYTES);
    const view = new DataView(data);
    stages.forEach((stage, index) => {
      const at = index * SLOT_BYTES;
      view.setUint32(at, stage.row, true);
      const floats = [stage.t, stage.base, stage.velocity, stage.previous, stage.noise, stage.guidance];
      floats.forEach((value, field) => view.setFloat32(at + 4 + 4 * field, value, true));
    });
    this.#buffer = gpu.createBuffer('stages', data.byteLength, GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST);
    gpu.device.queue.writeBuffer(this.#buffer, 0, data);
    this.#bindGroup = gpu.device.createBindGroup({
      label: 'stages',
      layout: gpu.pipelines.stageLayout,
      entries: [{ binding: 0, resource: { buffer: this.#buffer, size: SLOT_BYTES } }],
    });
  }

  select(pass: GPUComputePassEncoder, stage: number): void {
    pass.setBindGroup(1, this.#bindGroup, [stage * SLOT_BYTES]);
  }

  dispose(): void {
    this.#gpu.destroyBuffer(this.#buffer);
  }
}

/** The stage of work outside a run: row 0, nothing else is looked at. */
export const NO_STAGE: StageValues = { row: 0, t: 0, base: 0, velocity: 0, previous: 0, noise: 0, guidance: 1 };

/** Runs launches once, outside any sampling run, as one compute pass. @throws ElitError gpu-shader */
export async function runOnce(gpu: Gpu, label: string, dispatches: readonly Dispatch[]): Promise<void> {
  const program = await Program.build(gpu, label, dispatches);
  try {
    const table = new StageTable(gpu, [NO_STAGE]);
    const encoder = gpu.device.createCommandEncoder({ label });
    const pass = encoder.beginComputePass({ label });
    table.select(pass, 0);
    program.encode(pass);
    pass.end();
    gpu.device.queue.submit([encoder.finish()]);
    table.dispose();
  } finally {
    program.dispose();
  }
}
