import type { Gpu } from '../gpu/gpu.ts';
import { type Dispatch, Program } from '../gpu/program.ts';
import { attentionMap } from '../kernels/attention-map/attention-map.ts';
import { fullBudget } from '../model/config.ts';
import type { CrossAttention } from '../model/layers.ts';
import type { Network } from '../model/network.ts';
import { type CallRole, Sampler, type VelocityNetwork } from './sampler.ts';
import type { RunSpec, SamplingRun } from './sampling-run.ts';

/** Weights of one forward of one image, the mean over the heads; every row sums to 1. */
export interface StageMaps {
  /** How much of each place is in a latent [groups, latents, places]. */
  readonly read: Float32Array<ArrayBuffer>;
  /** How much of each latent, the dropped ones included, is in a place [groups, places, latents]. */
  readonly write: Float32Array<ArrayBuffer>;
}

type Maps = Readonly<Record<CrossAttention['part'], GPUBuffer>>;

/**
 * A sampling run that also leaves behind where Read and Write of its conditional call looked. It draws the same
 * picture by forwards of its own, with two launches more; the network's usual ones do not change.
 */
export class AttentionRun {
  readonly run: SamplingRun;
  readonly #gpu: Gpu;
  readonly #bytes: number;
  readonly #maps: Maps;
  readonly #free: () => Promise<void>;

  private constructor(gpu: Gpu, run: SamplingRun, maps: Maps, bytes: number, free: () => Promise<void>) {
    this.#gpu = gpu;
    this.run = run;
    this.#maps = maps;
    this.#bytes = bytes;
    this.#free = free;
  }

  /**
   * Prepares a run of a network with Read and Write, which nothing else may use meanwhile.
   * @throws ElitError gpu-shader | gpu-limits | gpu-out-of-memory | gpu-validation
   */
  static async begin(gpu: Gpu, network: Network, spec: RunSpec): Promise<AttentionRun> {
    const bytes = 4 * network.config.grid ** 2 * fullBudget(network.config);
    const { maps, watched, sampler } = await gpu.allocate(() => {
      const maps = { read: gpu.createStorage('map of Read', bytes), write: gpu.createStorage('map of Write', bytes) };
      const watched = new WatchedNetwork(gpu, network, maps);
      return { maps, watched, sampler: new Sampler(gpu, watched) };
    });
    const free = async () => {
      await sampler.dispose();
      watched.dispose();
      for (const map of Object.values(maps)) gpu.destroyBuffer(map);
    };
    try {
      return new AttentionRun(gpu, await sampler.begin(spec), maps, bytes, free);
    } catch (error) {
      await free();
      throw error;
    }
  }

  /** Of the last submitted stage; the copies are queued now. */
  async maps(): Promise<StageMaps> {
    const { read, write } = this.#maps;
    const copies = [this.#gpu.read(read, this.#bytes), this.#gpu.read(write, this.#bytes)] as const;
    const [readMap, writeMap] = await Promise.all(copies);
    return { read: readMap, write: writeMap };
  }

  async dispose(): Promise<void> {
    this.run.dispose();
    await this.#free();
  }
}

/** A network whose conditional calls write the maps as well. They compute head and Read anew: what is kept has no maps. */
class WatchedNetwork implements VelocityNetwork {
  readonly #gpu: Gpu;
  readonly #network: Network;
  readonly #maps: Maps;
  /** By the forward that each is made from. */
  readonly #programs = new Map<Program, Program>();

  constructor(gpu: Gpu, network: Network, maps: Maps) {
    this.#gpu = gpu;
    this.#network = network;
    this.#maps = maps;
  }

  get config() {
    return this.#network.config;
  }

  get variants() {
    return this.#network.variants;
  }

  label(index: number) {
    return this.#network.label(index);
  }

  condition(...run: Parameters<Network['condition']>) {
    return this.#network.condition(...run);
  }

  reserve(images: number) {
    return this.#network.reserve(images);
  }

  async velocity(cores: Parameters<Network['velocity']>[0], role: CallRole) {
    const forward = await this.#network.velocity(cores);
    const { patches, output } = forward;
    if (role === 'guiding') return { program: forward.program, patches, output, beforeCore: null };
    const known = this.#programs.get(forward.program);
    const program = known ?? (await this.#watch(forward));
    this.#programs.set(forward.program, program);
    return { program, patches, output, beforeCore: null };
  }

  dispose(): void {
    for (const program of this.#programs.values()) program.dispose();
  }

  /** The launches of a forward, with a map before each attention; of the first image, which is the conditional one. */
  #watch({ program, crossAttentions }: Awaited<ReturnType<Network['velocity']>>): Promise<Program> {
    const sequences = this.#network.config.grid ** 2 / fullBudget(this.#network.config);
    const launches = program.dispatches.flatMap((dispatch, index): Dispatch[] => {
      const looked = crossAttentions.find(({ launch }) => launch === index);
      if (looked === undefined) return [dispatch];
      const map = attentionMap({ of: looked.options, sequences, output: this.#maps[looked.part] });
      return [map, dispatch];
    });
    return Program.build(this.#gpu, 'forward with maps', launches);
  }
}
