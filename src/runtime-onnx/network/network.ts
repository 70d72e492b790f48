import { checkClass, fullBudget, type NetworkConfig } from '../../model/config.ts';
import { BYTES_OF, toFloat32 } from '../../model/dtype.ts';
import { refuseLeftovers } from '../../model/leftovers.ts';
import type { Safetensors, StoredTensor, TensorEntry } from '../../model/safetensors.ts';
import { sameLists, sameValues } from '../../model/same-values.ts';
import { TIME_FEATURES, timeFeatures } from '../../model/time-features.ts';
import type { StageMaps } from '../../sampling/attention-run.ts';
import type { RuntimeFiles } from '../runtime.ts';
import { configureRuntime } from '../runtime.ts';
import { conditioningGraph } from './conditioning-graph.ts';
import { modulationTable } from './modulation-table.ts';
import { floats, GraphSession, wholeNumber } from './session.ts';
import { velocityGraph } from './velocity-graph.ts';
import { weightEntry, weightsFile } from './weight-entry.ts';

/** Some of the images that `condition` was given, which share a budget. */
export interface Batch {
  readonly firstImage: number;
  readonly images: number;
  /** Latents kept in each group, k; a plain SiT has none and ignores it. */
  readonly kept: number;
}

/** Every layer's modulation at all stages of a run and for all of its images. */
export interface Modulation {
  /** [S·B, P, D], line s·B + b for stage s and image b; see modulationTable. */
  readonly lines: Float32Array;
  /** B. */
  readonly images: number;
}

/** What one call of the network gives. */
export interface Looked {
  /** [images, C, p·g, p·g] */
  readonly velocity: Float32Array;
  readonly maps: StageMaps | null;
}

const LABEL_TABLE = 'y_embedder.embedding_table.weight';

/** The network on onnxruntime's WebAssembly, in float32: v = velocity(x, t, c, budget). */
export class OnnxNetwork {
  readonly config: NetworkConfig;
  readonly #conditioning: GraphSession;
  readonly #velocity: GraphSession;
  /** Null where the network reads text. */
  readonly #labels: StoredTensor | null;
  /** Floats in a line of modulation, P·D. */
  readonly #line: number;
  #current: Conditioned | null = null;

  private constructor(
    config: NetworkConfig,
    sessions: readonly [GraphSession, GraphSession],
    labels: StoredTensor | null,
  ) {
    this.config = config;
    [this.#conditioning, this.#velocity] = sessions;
    this.#labels = labels;
    this.#line = modulationTable(config).width * config.hidden;
  }

  /**
   * Makes the graphs for a configuration and opens them on its weights, of which only the label table is kept.
   * @param files where the page serves onnxruntime; Node finds its own beside the package
   * @throws ElitError weights-mismatch naming the tensor, or runtime-failed when the runtime refuses
   */
  static async load(config: NetworkConfig, weights: Safetensors, files?: RuntimeFiles): Promise<OnnxNetwork> {
    const entries = new AskedEntries(weights.header.entries);
    const header = { ...weights.header, entries };
    const graphs = {
      conditioning: conditioningGraph(config, header),
      velocity: velocityGraph(config, header, { looks: true }), // sums that are small beside all others
    };
    if (!config.text) weightEntry(header, LABEL_TABLE, [config.numClasses + 1, config.hidden]);
    refuseLeftovers(entries.keys(), entries.asked);
    const table = config.text ? null : weights.tensor(LABEL_TABLE);
    const labels = table && { ...table, bytes: table.bytes.slice() };
    const file = weightsFile(weights);
    configureRuntime(files);
    const conditioning = await GraphSession.open(graphs.conditioning, file);
    try {
      const velocity = await GraphSession.open(graphs.velocity, file);
      return new OnnxNetwork(config, [conditioning, velocity], labels);
    } catch (thrown) {
      await conditioning.dispose();
      throw thrown;
    }
  }

  /** Row `index` of the label table [D]: what a class adds to the timestep's embedding. */
  label(index: number): Float32Array<ArrayBuffer> {
    checkClass(this.config, index);
    const D = this.config.hidden;
    const { dtype, bytes } = this.#labels as StoredTensor; // there, where there are classes
    const rowBytes = BYTES_OF[dtype] * D;
    return toFloat32(dtype, bytes.subarray(index * rowBytes, (index + 1) * rowBytes));
  }

  /**
   * The modulation at `times` [S] for the vectors [B][D] of B images (label rows, or whatever else a model adds to the
   * timestep's embedding). The last one is kept: asking for the same again costs nothing.
   * @throws ElitError runtime-failed when the runtime fails
   */
  async condition(times: readonly number[], vectors: readonly Float32Array[]): Promise<Modulation> {
    const known = this.#current;
    if (known && sameValues(known.times, times) && sameLists(known.vectors, vectors)) return known.modulation;
    const { hidden: D, timeScale } = this.config;
    const joined = new Float32Array(vectors.length * D);
    for (const [image, vector] of vectors.entries()) joined.set(vector, image * D);
    const lines = await this.#conditioning.run({
      features: floats(timeFeatures(times, timeScale), [times.length, TIME_FEATURES]),
      vectors: floats(joined, [vectors.length, D]),
    });
    const modulation = { lines, images: vectors.length };
    this.#current = { times: [...times], vectors: [...vectors], modulation };
    return modulation;
  }

  /**
   * The velocity [images, C, p·g, p·g] of a batch at one stage.
   * @param states what the network is asked about [images, C, p·g, p·g]
   * @throws ElitError runtime-failed when the runtime fails
   */
  async velocity(states: Float32Array, modulation: Modulation, stage: number, batch: Batch): Promise<Float32Array> {
    return (await this.look(states, modulation, stage, batch)).velocity;
  }

  /** The same, with where Read and Write of the batch's first image look; null for a plain SiT, which has neither. */
  async look(states: Float32Array, modulation: Modulation, stage: number, batch: Batch): Promise<Looked> {
    const { hidden: D, inChannels: C, grid, patch, latentInterface } = this.config;
    const { firstImage, images, kept } = batch;
    const first = stage * modulation.images + firstImage;
    const lines = modulation.lines.subarray(first * this.#line, (first + images) * this.#line);
    const outputs = await this.#velocity.outputs({
      image: floats(states, [images, C, patch * grid, patch * grid]),
      modulation: floats(lines, [images, this.#line / D, D]),
      ...(latentInterface ? { kept: wholeNumber(kept) } : {}),
    });
    const output = (name: string) => outputs.get(name) ?? new Float32Array();
    const map = (name: string) => output(name).slice(0, grid ** 2 * fullBudget(this.config));
    return {
      velocity: output('velocity'),
      maps: latentInterface ? { read: map('read'), write: map('write') } : null,
    };
  }

  async dispose(): Promise<void> {
    await this.#conditioning.dispose();
    await this.#velocity.dispose();
  }
}

/** A file's tensors, and which of them were asked for. */
class AskedEntries extends Map<string, TensorEntry> {
  readonly asked = new Set<string>();

  override get(name: string): TensorEntry | undefined {
    this.asked.add(name);
    return super.get(name);
  }
}

/** What the last modulation was computed from. */
interface Conditioned {
  readonly times: readonly number[];
  readonly vectors: readonly Float32Array[];
  readonly modulation: Modulation;
}
