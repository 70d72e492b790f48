import { ElitError } from '../errors.ts';
import type { Gpu } from '../gpu/gpu.ts';
import type { Linear, WeightType } from '../kernels/matmul/matmul.ts';
import { fullBudget, LATENT_PLACES, type NetworkConfig } from './config.ts';
import { refuseLeftovers } from './leftovers.ts';
import { groupedPlaces } from './places.ts';
import type { Safetensors, StoredTensor } from './safetensors.ts';
import { TIME_FEATURES } from './time-features.ts';

/** A transformer block (adaLN-Zero). */
export interface BlockWeights {
  readonly qkv: Linear;
  readonly proj: Linear;
  readonly fc1: Linear;
  readonly fc2: Linear;
  readonly modulation: Linear;
}

/** The cross-attention of Read and Write and the small MLP behind it. */
export interface CrossWeights {
  readonly q: Linear;
  readonly kv: Linear;
  readonly proj: Linear;
  readonly fc1: Linear;
  readonly fc2: Linear;
  /** RMS norm scales [D] of queries and keys, and their product. */
  readonly qScale: GPUBuffer;
  readonly kScale: GPUBuffer;
  readonly qkScale: GPUBuffer;
  /** [n, D], by slot inside a group. */
  readonly posEmbed: GPUBuffer;
}

export interface ReadWeights extends CrossWeights {
  /** [n, D] */
  readonly learnedQuery: GPUBuffer;
  /** [T, D], reordered from the raster to groups. */
  readonly latentPosEmbed: GPUBuffer;
  readonly modulation: Linear;
}

export interface Weights {
  readonly patchEmbed: Linear;
  /** [T, D], on the GPU and as it was read. */
  readonly posEmbed: GPUBuffer;
  readonly positions: Float32Array<ArrayBuffer>;
  readonly timeIn: Linear;
  readonly timeOut: Linear;
  readonly blocks: readonly BlockWeights[];
  readonly read: ReadWeights | null;
  readonly write: CrossWeights | null;
  readonly finalModulation: Linear;
  readonly finalLinear: Linear;
  /** [numClasses + 1, D] float32, kept on the CPU: a run needs two rows of it. Empty where the network reads text. */
  readonly labels: Float32Array<ArrayBuffer>;
}

/**
 * Checks every tensor against the configuration and uploads it in its file's precision.
 * @throws ElitError weights-mismatch naming the tensor, gpu-limits when one does not fit, gpu-out-of-memory
 */
export function loadWeights(gpu: Gpu, config: NetworkConfig, file: Safetensors): Promise<Weights> {
  return gpu.allocate(() => {
    const load = new Uploader(gpu, file);
    const weights = allWeights(load, config);
    load.refuseLeftovers();
    return weights;
  });
}

function allWeights(load: Uploader, config: NetworkConfig): Weights {
  const { hidden: D, grid, patch, inChannels: C, numClasses } = config;
  const patchWidth = C * patch * patch;
  const positions = load.values('pos_embed', [1, grid * grid, D]);
  return {
    patchEmbed: load.linear('x_embedder.proj', patchWidth, D, { shape: [D, C, patch, patch] }),
    posEmbed: load.upload('pos_embed', positions),
    positions,
    timeIn: load.linear('t_embedder.mlp.0', TIME_FEATURES, D),
    timeOut: load.linear('t_embedder.mlp.2', D, D),
    blocks: Array.from({ length: config.depth }, (_, index) => blockWeights(load, `blocks.${index}`, D)),
    read: config.latentInterface ? readWeights(load, config) : null,
    write: config.latentInterface ? writeWeights(load, config) : null,
    finalModulation: load.linear('final_layer.adaLN_modulation.1', D, 2 * D),
    finalLinear: load.linear('final_layer.linear', D, patchWidth),
    labels: config.text ? new Float32Array() : load.values('y_embedder.embedding_table.weight', [numClasses + 1, D]),
  };
}

function blockWeights(load: Uploader, name: string, D: number): BlockWeights {
  return {
    qkv: load.linear(`${name}.attn.qkv`, D, 3 * D),
    proj: load.linear(`${name}.attn.proj`, D, D),
    fc1: load.linear(`${name}.mlp.fc1`, D, 4 * D),
    fc2: load.linear(`${name}.mlp.fc2`, 4 * D, D),
    modulation: load.linear(`${name}.adaLN_modulation.1`, D, 6 * D),
  };
}

function readWeights(load: Uploader, config: NetworkConfig): ReadWeights {
  const D = config.hidden;
  const n = fullBudget(config);
  const adapter = 'input_token_editor.adapters.0';
  const fit = `${adapter}.fit_layer`;
  const places = load.values(`${adapter}.latent_pos_embed`, [LATENT_PLACES, D]);
  return {
    ...cross(load, `${fit}.latents_attend_to_patches.0`, `${fit}.read_ff.0`, D),
    posEmbed: load.table(`${adapter}.pos_embed`, [n, D]),
    learnedQuery: load.table(`${adapter}.learned_query_embed`, [n, D]),
    latentPosEmbed: load.upload(`${adapter}.latent_pos_embed`, inGroups(places, config)),
    modulation: load.linear(`${fit}.adaLN_modulation.1`, D, 7 * D),
  };
}

function writeWeights(load: Uploader, config: NetworkConfig): CrossWeights {
  const D = config.hidden;
  const adapter = 'output_token_editor.adapters.0';
  return {
    ...cross(load, `${adapter}.patches_attend_to_latents.0`, `${adapter}.write_ff.0`, D),
    posEmbed: load.table(`${adapter}.pos_embed`, [fullBudget(config), D]),
  };
}

function cross(load: Uploader, name: string, mlp: string, D: number): Omit<CrossWeights, 'posEmbed'> {
  const qScale = load.values(`${name}.q_norm.scale`, [D]);
  const kScale = load.values(`${name}.k_norm.scale`, [D]);
  return {
    q: load.linear(`${name}.q_proj`, D, D),
    kv: load.linear(`${name}.kv_proj`, D, 2 * D),
    proj: load.linear(`${name}.proj`, D, D),
    fc1: load.linear(`${mlp}.fc1`, D, D, { bias: false }),
    fc2: load.linear(`${mlp}.fc2`, D, D, { bias: false }),
    qScale: load.upload(`${name}.q_norm.scale`, qScale),
    kScale: load.upload(`${name}.k_norm.scale`, kScale),
    qkScale: load.upload(
      `${name} q·k scale`,
      qScale.map((value, i) => value * (kScale[i] ?? 0)),
    ),
  };
}

/** The first T rows of a raster table, in the order of groups. */
function inGroups(raster: Float32Array, config: NetworkConfig): Float32Array<ArrayBuffer> {
  const D = config.hidden;
  const places = groupedPlaces(config.grid, config.latentInterface?.window ?? 1);
  const grouped = new Float32Array(places.length * D);
  places.forEach((place, row) => {
    grouped.set(raster.subarray(place * D, (place + 1) * D), row * D);
  });
  return grouped;
}

const PACKED_BYTES: Record<WeightType, number> = { F32: 4, F16: 2, BF16: 2 };

/** Reads tensors with their expected shapes and puts them into GPU memory. */
class Uploader {
  readonly #used = new Set<string>();

  constructor(
    private readonly gpu: Gpu,
    private readonly file: Safetensors,
  ) {}

  /** `name`.weight [outputs, inputs] (or the given shape of the same order) and `name`.bias [outputs]. */
  linear(
    name: string,
    inputs: number,
    outputs: number,
    { bias = true, shape = [outputs, inputs] }: { bias?: boolean; shape?: number[] } = {},
  ): Linear {
    const tensor = this.#checked(`${name}.weight`, shape);
    const type = weightType(tensor, `${name}.weight`);
    const bytesPerValue = PACKED_BYTES[type];
    const paddedInputs = roundUp4(inputs);
    const paddedOutputs = roundUp4(outputs);
    const packed = padRows(tensor.bytes, inputs * bytesPerValue, paddedInputs * bytesPerValue, paddedOutputs);
    return {
      weight: this.upload(`${name}.weight`, packed),
      type,
      bias: bias ? this.table(`${name}.bias`, [outputs]) : null,
      inputs: paddedInputs,
      outputs: paddedOutputs,
    };
  }

  /** A tensor as float32, zero-padded to whole vec4s. */
  table(name: string, shape: number[]): GPUBuffer {
    return this.upload(name, this.values(name, shape));
  }

  upload(name: string, values: Float32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>): GPUBuffer {
    return this.gpu.upload(name, values);
  }

  values(name: string, shape: number[]): Float32Array<ArrayBuffer> {
    this.#checked(name, shape);
    return this.file.float32(name);
  }

  refuseLeftovers(): void {
    refuseLeftovers(this.file.names(), this.#used);
  }

  #checked(name: string, shape: number[]): StoredTensor {
    this.#used.add(name);
    const tensor = this.file.tensor(name);
    if (tensor.shape.join() !== shape.join()) {
      throw mismatch(
        `Tensor “${name}” has the shape [${tensor.shape.join(', ')}]; the configuration asks for [${shape.join(', ')}].`,
      );
    }
    return tensor;
  }
}

function weightType({ dtype }: StoredTensor, name: string): WeightType {
  if (dtype === 'F32' || dtype === 'F16' || dtype === 'BF16') return dtype;
  throw mismatch(`Tensor “${name}” is stored as ${dtype}; weights are F32, F16 or BF16.`);
}

function mismatch(message: string): ElitError {
  return new ElitError('weights-mismatch', message, 'Check that the weights and model.json belong to the same model.');
}

const roundUp4 = (value: number): number => Math.ceil(value / 4) * 4;

/** Rows of `rowBytes` laid out at a distance of `paddedRowBytes`, with zero rows up to `rows`. */
function padRows(bytes: Uint8Array, rowBytes: number, paddedRowBytes: number, rows: number): Uint8Array<ArrayBuffer> {
  const padded = new Uint8Array(paddedRowBytes * rows);
  if (rowBytes === paddedRowBytes) {
    padded.set(bytes);
    return padded;
  }
  for (let row = 0; row * rowBytes < bytes.byteLength; row++) {
    padded.set(bytes.subarray(row * rowBytes, (row + 1) * rowBytes), row * paddedRowBytes);
  }
  return padded;
}
