import type { ElitError } from '../errors.ts';
import type { Gpu } from '../gpu/gpu.ts';
import { type Dispatch, Program, runOnce } from '../gpu/program.ts';
import { matmul } from '../kernels/matmul/matmul.ts';
import { rmsNorm } from '../kernels/rms-norm/rms-norm.ts';
import { defaultVariants, type Variants } from '../kernels/variants.ts';
import { Conditioning, mostLines } from './conditioning.ts';
import { checkClass, fullBudget, type NetworkConfig } from './config.ts';
import { type CoreBatch, elit } from './elit.ts';
import type { Filling } from './filling.ts';
import type { CrossAttention, Forward, Tap } from './layers.ts';
import type { Safetensors } from './safetensors.ts';
import { sit } from './sit.ts';
import { loadWeights, type ReadWeights, type Weights } from './weights.ts';
import { type Workspace, Workspaces } from './workspace.ts';

/** Lines of the modulation tables to begin with; they grow when a run has more stages × images. */
const FIRST_CAPACITY = 64;

/** One forward of fixed batch and budgets, recorded and ready to be replayed at any stage. */
export interface VelocityProgram {
  readonly program: Program;
  /** States a check may look at. */
  readonly taps: readonly Tap[];
  /** Read's and Write's, in the order of their launches; none of a network without latents. */
  readonly crossAttentions: readonly CrossAttention[];
  /** Rows of patches [images·T, C·p·p padded] go in here … */
  readonly patches: GPUBuffer;
  /** … and the velocity comes out here [images·T, p·p·C padded]. */
  readonly output: GPUBuffer;
  /** Head and Read; null for a network without them, and where there is no memory to keep what they make. */
  readonly beforeCore: BeforeCore | null;
}

/** The part of a forward that no budget changes: everything up to the core. */
export interface BeforeCore {
  /** How many launches it is, from the first on. */
  readonly launches: number;
  /** What the rest takes over from it, each with room for a copy that outlives the forward. */
  readonly results: readonly { readonly live: GPUBuffer; readonly copy: GPUBuffer }[];
}

/** The network in GPU memory: v = velocity(x, t, c, budget). */
export class Network {
  readonly config: NetworkConfig;
  readonly #gpu: Gpu;
  readonly #weights: Weights;
  readonly #readQueries: GPUBuffer | null;
  readonly #workspaces: Workspaces;
  readonly #programs = new Map<string, Promise<VelocityProgram>>();
  /** What each of them was recorded for. */
  readonly #cores = new Map<string, readonly CoreBatch[]>();
  readonly #owned: readonly GPUBuffer[];
  #conditioning: Conditioning;
  /** Lines of the modulation tables that there was no lack of memory for. */
  #mostLines: number;
  #variants: Variants;

  private constructor(
    gpu: Gpu,
    config: NetworkConfig,
    weights: Weights,
    owned: readonly GPUBuffer[],
    q: GPUBuffer | null,
    variants: Variants,
    conditioning: Conditioning,
  ) {
    this.#gpu = gpu;
    this.config = config;
    this.#variants = variants;
    this.#weights = weights;
    this.#owned = owned;
    this.#readQueries = q;
    this.#conditioning = conditioning;
    this.#workspaces = new Workspaces(gpu, config);
    this.#mostLines = mostLines(config, gpu.device.limits);
  }

  /** @throws ElitError weights-mismatch | gpu-limits | gpu-out-of-memory | gpu-validation | gpu-shader */
  static async load(
    gpu: Gpu,
    config: NetworkConfig,
    file: Safetensors,
    variants: Variants = defaultVariants('f32', gpu),
  ): Promise<Network> {
    const owned: GPUBuffer[] = [];
    try {
      const weights = await loadWeights(gpu, config, file);
      owned.push(...buffersOf(weights));
      const queries = weights.read ? await projectReadQueries(gpu, config, weights.read) : null;
      if (queries) owned.push(queries);
      const most = Math.min(FIRST_CAPACITY, mostLines(config, gpu.device.limits));
      const conditioning = await Conditioning.create(gpu, config, weights, { most, fewest: 2 });
      return new Network(gpu, config, weights, owned, queries, variants, conditioning);
    } catch (error) {
      for (const buffer of owned) gpu.destroyBuffer(buffer);
      throw error;
    }
  }

  /** Which kernels serve which shapes. */
  get variants(): Variants {
    return this.#variants;
  }

  /** Other kernels from here on: the forwards that were recorded are recorded anew. Not while a run is under way. */
  async use(variants: Variants): Promise<void> {
    this.#variants = variants;
    const recorded = [...this.#cores.values()];
    await this.#forgetPrograms();
    await Promise.all(recorded.map((cores) => this.velocity(cores)));
  }

  /** The launches of all forwards that are recorded, the latest first. */
  async recorded(): Promise<Dispatch[]> {
    const forwards = await Promise.all(this.#programs.values());
    return forwards.toReversed().flatMap(({ program }) => program.dispatches);
  }

  /** Row `index` of the label table [D]: what a class adds to the timestep's embedding. */
  label(index: number): Float32Array<ArrayBuffer> {
    checkClass(this.config, index);
    const D = this.config.hidden;
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

  /**
   * Prepares the first stages of a run, all where there is room for them: `times` [S] and the vectors [B][D] of its
   * images. Free when nothing changed. @returns what prepares the others
   */
  async condition(times: readonly number[], vectors: readonly Float32Array<ArrayBuffer>[]): Promise<Filling> {
    const lines = Math.min(times.length * vectors.length, this.#mostLines);
    if (lines > this.#conditioning.capacity) await this.#enlargeTables(lines);
    return this.#conditioning.fill(times, vectors);
  }

  /** Makes room for all images of a batch. @throws ElitError gpu-limits | gpu-out-of-memory | gpu-validation */
  async reserve(images: number): Promise<void> {
    await this.#workspaces.get(images);
  }

  /** Why what head and Read make is not kept for the next run; null where it is. */
  get copyShortage(): ElitError | null {
    return this.#workspaces.copyShortage;
  }

  /**
   * The forward of `cores` (whose images, in order, make the batch), recorded once and kept.
   * @throws ElitError gpu-shader | gpu-limits | gpu-out-of-memory | gpu-validation
   */
  velocity(cores: readonly CoreBatch[]): Promise<VelocityProgram> {
    const key = cores.map((core) => `${core.images}@${core.kept}`).join('+');
    const known = this.#programs.get(key);
    if (known) return known;
    const program = this.#record(key, cores);
    this.#programs.set(key, program);
    this.#cores.set(key, cores);
    program.catch(() => this.#programs.delete(key)); // a failure is the caller's, and nothing to dispose of
    return program;
  }

  async dispose(): Promise<void> {
    await this.#forgetPrograms();
    this.#conditioning.dispose();
    await this.#workspaces.dispose();
    for (const buffer of this.#owned) this.#gpu.destroyBuffer(buffer);
  }

  async #record(key: string, cores: readonly CoreBatch[]): Promise<VelocityProgram> {
    const images = cores.reduce((sum, core) => sum + core.images, 0);
    const workspace = await this.#workspaces.get(images);
    const forward: Forward = {
      config: this.config,
      weights: this.#weights,
      workspace,
      variants: this.#variants,
      modulation: this.#conditioning.tables,
      readQueries: this.#readQueries,
      dispatches: [],
      taps: [],
      crossAttentions: [],
    };
    const parts = this.config.latentInterface;
    const output = parts ? elit(forward, parts, images, cores) : sit(forward, images);
    const program = await Program.build(this.#gpu, `forward ${key}`, forward.dispatches);
    const beforeCore = parts && workspace.copies ? endOfRead(forward, workspace.copies) : null;
    const { taps, crossAttentions } = forward;
    return { program, taps, crossAttentions, patches: workspace.patches, output, beforeCore };
  }

  /** Larger modulation tables, if there is memory for them: with those there are a run takes more slices. */
  async #enlargeTables(lines: number): Promise<void> {
    await this.#forgetPrograms(); // they are bound to the old tables
    this.#conditioning.dispose();
    const most = Math.min(2 ** Math.ceil(Math.log2(lines)), this.#mostLines);
    const room = { most, fewest: this.#conditioning.capacity };
    this.#conditioning = await Conditioning.create(this.#gpu, this.config, this.#weights, room);
    if (this.#conditioning.capacity < most) this.#mostLines = this.#conditioning.capacity;
  }

  async #forgetPrograms(): Promise<void> {
    const programs = await Promise.all(this.#programs.values());
    this.#programs.clear();
    this.#cores.clear();
    for (const { program } of programs) program.dispose();
  }
}

function endOfRead({ taps, workspace }: Forward, copies: NonNullable<Workspace['copies']>): BeforeCore {
  const readOut = taps.find(({ name }) => name === 'read_out');
  if (readOut === undefined) throw new RangeError('the forward has no Read');
  const results = [
    { live: workspace.latents, copy: copies.latents },
    { live: workspace.writePatches, copy: copies.patches },
  ];
  return { launches: readOut.after + 1, results };
}

/** Read's queries do not depend on the input: rms(Wq·L + bq)·q_scale [n, D], once and for all. */
async function projectReadQueries(gpu: Gpu, config: NetworkConfig, read: ReadWeights): Promise<GPUBuffer> {
  const [rows, width] = [fullBudget(config), config.hidden];
  const [projected, queries] = await gpu.allocate(() => [
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
