import type { Gpu } from '../gpu/gpu.ts';
import type { NetworkConfig } from './config.ts';

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
  /** The network's output rows [B·T, p·p·C padded]. */
  readonly output: GPUBuffer;
}

/** @throws ElitError gpu-limits */
export function createWorkspace(gpu: Gpu, config: NetworkConfig, images: number): Workspace {
  const rows = images * config.grid ** 2;
  const floats = (label: string, columns: number) => gpu.createStorage(`${label} ×${images}`, 4 * rows * columns);
  const D = config.hidden;
  const patchColumns = patchWidth(config);
  return gpu.allOrNothing(() => ({
    patches: floats('patches', patchColumns),
    ping: floats('ping', D),
    pong: floats('pong', D),
    narrow: floats('narrow', D),
    wide: floats('wide', 4 * D),
    writePatches: floats('write patches', D),
    latents: floats('latents', D),
    output: floats('output', patchColumns),
  }));
}

/** Floats in a row of patches: C·p·p, padded to whole vec4s. */
export function patchWidth(config: NetworkConfig): number {
  return Math.ceil((config.inChannels * config.patch ** 2) / 4) * 4;
}
