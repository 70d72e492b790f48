import type { Gpu } from '../gpu/gpu.ts';
import { Tuner } from '../kernels/tuner.ts';
import type { Variants } from '../kernels/variants.ts';
import type { Network } from '../model/network.ts';
import type { Exclusively, Tunable } from './idle-tuning.ts';
import type { TuningCache } from './tuning-cache.ts';

/** Which kernel serves a shape: plain data, to be shown. */
export type ChosenKernels = Variants['chosen'];

/** What an engine tunes. */
export interface KernelTuning extends Tunable {
  /** Told whenever other kernels are put into use. */
  onKernels: (kernels: ChosenKernels) => void;
  /** Those that were measured; other shapes use the default of the tier. */
  readonly kernels: ChosenKernels;
  /** Back to the defaults; the tuning begins anew. */
  reset(): Promise<void>;
}

/** A network's kernels, tuned on its own launches; what is found is put into the cache. */
export class NetworkTuning implements KernelTuning {
  onKernels: (kernels: ChosenKernels) => void = () => undefined;
  readonly #network: Network;
  readonly #tuner: Tuner;
  readonly #cache: TuningCache;

  constructor(gpu: Gpu, network: Network, cache: TuningCache) {
    this.#network = network;
    this.#tuner = new Tuner(gpu, network.variants);
    this.#cache = cache;
  }

  get kernels(): ChosenKernels {
    return this.#network.variants.chosen;
  }

  async step(exclusively: Exclusively, signal: AbortSignal): Promise<boolean> {
    const dispatches = await exclusively(() => this.#network.recorded());
    const candidate = this.#tuner.next(dispatches);
    if (candidate === null || signal.aborted) return candidate !== null;
    await this.#tuner.compile(candidate, dispatches);
    // An image may have been drawn meanwhile, and the launches recorded anew.
    await exclusively(async () => this.#tuner.measure(candidate, await this.#network.recorded(), signal));
    return true;
  }

  async adopt(): Promise<void> {
    const { variants } = this.#tuner;
    if (variants === this.#network.variants) return;
    await this.#network.use(variants);
    await this.#cache.save(variants);
    this.onKernels(variants.chosen);
  }

  async reset(): Promise<void> {
    this.#tuner.reset();
    await this.adopt();
  }
}
