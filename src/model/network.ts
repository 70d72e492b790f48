import { ElitError } from '../errors.ts';
import type { Gpu } from '../gpu/gpu.ts';
import { type Dispatch, Program, runOnce } from '../gpu/program.ts';
import { matmul } from '../kernels/matmul/matmul.ts';
import { rmsNorm } from '../kernels/rms-norm/rms-norm.ts';
import { Conditioning } from './conditioning.ts';
import { fullBudget, type NetworkConfig } from './config.ts';
import { type CoreBatch, elit } from './elit.ts';
import type { Forward, Tap } from './layers.ts';
import type { Safetensors } from './safetensors.ts';
import { sit } from './sit.ts';
import { loadWeights, type ReadWeights, type Weights } from './weights.ts';
import { createWorkspace, type Workspace } from './workspace.ts';

/** Lines of the modulation tables to begin with; they grow when a run has more stages × images. */
const FIRST_CAPACITY = 64;

/** One forward of fixed batch and budgets, recorded and ready to be replayed at any stage. */
export interface VelocityProgram {
  readonly program: Program;
  /** States a check may look at. */
  readonly taps: readonly Tap[];
  /** Rows of patches [images·T, C·p·p padded] go in here … */
  readonly patches: GPUBuffer;
  /** … and the velocity comes out here [images·T, p·p·C padded]. */
  readonly output: GPUBuffer;
}

/** The network in GPU memory: v = velocity(x, t, c, budget). */
export class Network {
  readonly config: NetworkConfig;
  readonly #gpu: Gpu;
  readonly #weights: Weights;
  readonly #readQueries: GPUBuffer | null;
  readonly #workspaces = new Map<number, Workspace>();
  readonly #programs = new Map<string, Promise<VelocityProgram>>();
  readonly #owned: readonly GPUBuffer[];
  #conditioning: Conditioning;

  private constructor(
    gpu: Gpu,
    config: NetworkConfig,
    weights: Weights,
    owned: readonly GPUBuffer[],
    q: GPUBuffer | null,
  ) {
    this.#gpu = gpu;
    this.config = config;
    this.#weights = weights;
    this.#owned = owned;
    this.#readQueries = q;
    this.#conditioning = new Conditioning(gpu, config, weights, FIRST_CAPACITY);
  }

  /** @throws ElitError weights-mismatch | gpu-limits | gpu-shader */
  static async load(gpu: Gpu, config: NetworkConfig, file: Safetensors): Promise<Network> {
    const owned: GPUBuffer[] = [];
    try {
      const weights = loadWeights(gpu, config, file);
      owned.push(...buffersOf(weights));
      const queries = weights.read ? await projectReadQueries(gpu, config, weights.read) : null;
      if (queries) owned.push(queries);
      return new Network(gpu, config, weights, owned, queries);
    } catch (error) {
      for (const buffer of owned) gpu.destroyBuffer(buffer);
      throw error;
    }
  }

  /** Row `index` of the label table [D]: what a class adds to the timestep's embedding. */
  label(index: number): Float32Array<ArrayBuffer> {
    const { hidden: D, numClasses } = this.config;
    if (!Number.isInteger(index) || index < 0 || index > numClasses) {
      throw new ElitError(
        'request-invalid',
        `Class ${index} is not in 0..${numClasses}.`,
        'Choose a class the model has.',
      );
    }
    return this.#weights.labels.slice(index * D, (index + 1) * D);
  }

  /** Position embeddings of the spatial tokens [T, D]. */
  get positionEmbedding(): Float32Array {
    return this.#weights.positions;
  }

  /** The conditioning vectors t_embed + y [stages·images, D] of the last `condition`. */
  get conditioningVectors(): GPUBuffer {
    return this.#conditioning.vectors;
  }

  /** Prepares all stages of a run: `times` [S] and the vectors [B][D] of its images. Free when nothing changed. */
  async condition(times: readonly number[], vectors: readonly Float32Array<ArrayBuffer>[]): Promise<void> {
    const lines = times.length * vectors.length;
    if (lines > this.#conditioning.capacity) {
      await this.#forgetPrograms(); // they are bound to the old tables
      this.#conditioning.dispose();
      const capacity = 2 ** Math.ceil(Math.log2(lines));
      this.#conditioning = new Conditioning(this.#gpu, this.config, this.#weights, capacity);
    }
    await this.#conditioning.fill(times, vectors);
  }

  /**
   * The forward of `cores` (whose images, in order, make the batch), recorded once and kept.
   * @throws ElitError gpu-shader | gpu-limits
   */
  velocity(cores: readonly CoreBatch[]): Promise<VelocityProgram> {
    const key = cores.map((core) => `${core.images}@${core.kept}`).join('+');
    const known = this.#programs.get(key);
    if (known) return known;
    const program = this.#record(key, cores);
    this.#programs.set(key, program);
    program.catch(() => this.#programs.delete(key)); // a failure is the caller's, and nothing to dispose of
    return program;
  }

  async dispose(): Promise<void> {
    await this.#forgetPrograms();
    this.#conditioning.dispose();
    for (const workspace of this.#workspaces.values()) {
      for (const buffer of Object.values(workspace)) this.#gpu.destroyBuffer(buffer);
    }
    for (const buffer of this.#owned) this.#gpu.destroyBuffer(buffer);
  }

  async #record(key: string, cores: readonly CoreBatch[]): Promise<VelocityProgram> {
    const images = cores.reduce((sum, core) => sum + core.images, 0);
    const workspace = this.#workspace(images);
    const forward: Forward = {
      config: this.config,
      weights: this.#weights,
      workspace,
      modulation: this.#conditioning.tables,
      readQueries: this.#readQueries,
      dispatches: [],
      taps: [],
    };
    const parts = this.config.latentInterface;
    const output = parts ? elit(forward, parts, images, cores) : sit(forward, images);
    const program = await Program.build(this.#gpu, `forward ${key}`, forward.dispatches);
    return { program, taps: forward.taps, patches: workspace.patches, output };
  }

  #workspace(images: number): Workspace {
    const known = this.#workspaces.get(images);
    if (known) return known;
    const workspace = createWorkspace(this.#gpu, this.config, images);
    this.#workspaces.set(images, workspace);
    return workspace;
  }

  async #forgetPrograms(): Promise<void> {
    const programs = await Promise.all(this.#programs.values());
    this.#programs.clear();
    for (const { program } of programs) program.dispose();
  }
}

/** Read's queries do not depend on the input: rms(Wq·L + bq)·q_scale [n, D], once and for all. */
async function projectReadQueries(gpu: Gpu, config: NetworkConfig, read: ReadWeights): Promise<GPUBuffer> {
  const [rows, width] = [fullBudget(config), config.hidden];
  const [projected, queries] = gpu.allOrNothing(() => [
    gpu.createStorage('read queries, projected', 4 * rows * width),
    gpu.createStorage('read queries', 4 * rows * width),
  ]);
  const part = 'load';
  const dispatches: Dispatch[] = [
    matmul({ label: 'read q', part, linear: read.q, input: read.learnedQuery, rows, output: projected }),
    rmsNorm({ label: 'read q norm', part, input: projected, scale: read.qScale, output: queries, rows, width }),
  ];
  try {
    await runOnce(gpu, 'read queries', dispatches);
    return queries;
  } catch (error) {
    gpu.destroyBuffer(queries);
    throw error;
  } finally {
    gpu.destroyBuffer(projected);
  }
}

/** Every GPU buffer in a record of weights. */
function buffersOf(value: unknown): GPUBuffer[] {
  if (value instanceof GPUBuffer) return [value];
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return [];
  return Object.values(value).flatMap(buffersOf);
}
