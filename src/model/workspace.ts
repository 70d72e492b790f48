import { ElitError } from '../errors.ts';
import type { Gpu } from '../gpu/gpu.ts';
import type { NetworkConfig } from './config.ts';
import { isShortage } from './shortage.ts';

/**
 * The activations of a forward, planned once for a number of images and used over and over. Each name is one
 * buffer; no dispatch reads and writes the same one.
 */
export interface Workspace {
  /** Rows of patches [B·T, C·p·p padded]: the input. */
  readonly patches: GPUBuffer;
  /** The two sides of the residual stream's ping-pong [B·T, D]. */
  readonly ping: GPUBuffer;
  readonly pong: GPUBuffer;
  /** Attention's output, and other [B·T, D] that live for a moment. */
  readonly narrow: GPUBuffer;
  /** q·k·v and the hidden layer of the MLP [B·T, 4D]. */
  readonly wide: GPUBuffer;
  /** Grouped tokens that wait for Write [B·T, D]. */
  readonly writePatches: GPUBuffer;
  /** All latents of Read, the kept ones overwritten by the core [B·T, D]. */
  readonly latents: GPUBuffer;
  /** Of `latents` as Read leaves them and of `writePatches`, outliving the forward: see `BeforeCore`. Null to save memory. */
  readonly copies: { readonly latents: GPUBuffer; readonly patches: GPUBuffer } | null;
  /** The network's output rows [B·T, p·p·C padded]. */
  readonly output: GPUBuffer;
}

/** The workspaces of a network, one for each number of images. */
export class Workspaces {
  readonly #gpu: Gpu;
  readonly #config: NetworkConfig;
  readonly #made = new Map<number, Promise<Workspace>>();
  #copyShortage: ElitError | null = null;

  constructor(gpu: Gpu, config: NetworkConfig) {
    this.#gpu = gpu;
    this.#config = config;
  }

  /** Why workspaces have no copies; null where they have. */
  get copyShortage(): ElitError | null {
    return this.#copyShortage;
  }

  /** @throws ElitError gpu-limits | gpu-out-of-memory | gpu-validation */
  get(images: number): Promise<Workspace> {
    const known = this.#made.get(images);
    if (known) return known;
    const workspace = this.#create(images);
    this.#made.set(images, workspace);
    workspace.catch(() => this.#made.delete(images)); // a failure is the caller's, and nothing to dispose of
    return workspace;
  }

  async dispose(): Promise<void> {
    for (const { copies, ...buffers } of await Promise.all(this.#made.values())) {
      const all = [...Object.values(buffers), ...Object.values(copies ?? {})];
      for (const buffer of all) this.#gpu.destroyBuffer(buffer);
    }
  }

  /** One image is drawn without copies, if need be; more can be drawn one by one, which is up to the caller. */
  async #create(images: number): Promise<Workspace> {
    try {
      return await createWorkspace(this.#gpu, this.#config, images, this.#copyShortage === null);
    } catch (thrown) {
      if (images > 1 || this.#copyShortage || !isShortage(thrown)) throw thrown;
      this.#copyShortage = ElitError.from(thrown);
      return createWorkspace(this.#gpu, this.#config, images, false);
    }
  }
}

function createWorkspace(gpu: Gpu, config: NetworkConfig, images: number, withCopies: boolean): Promise<Workspace> {
  const rows = images * config.grid ** 2;
  const floats = (label: string, columns: number) => gpu.createStorage(`${label} ×${images}`, 4 * rows * columns);
  const D = config.hidden;
  const patchColumns = patchWidth(config);
  return gpu.allocate(() => ({
    patches: floats('patches', patchColumns),
    ping: floats('ping', D),
    pong: floats('pong', D),
    narrow: floats('narrow', D),
    wide: floats('wide', 4 * D),
    writePatches: floats('write patches', D),
    latents: floats('latents', D),
    output: floats('output', patchColumns),
    copies: withCopies ? { latents: floats('kept latents', D), patches: floats('kept patches', D) } : null,
  }));
}

/** Floats in a row of patches: C·p·p, padded to whole vec4s. */
export function patchWidth(config: Pick<NetworkConfig, 'inChannels' | 'patch'>): number {
  return Math.ceil((config.inChannels * config.patch ** 2) / 4) * 4;
}
