import { fullBudget, type LatentInterfaceConfig, type NetworkConfig } from './config.ts';
import { TIME_FEATURES } from './time-features.ts';

/** A block's MLP is this many times wider than the tokens. */
const MLP_RATIO = 4;

/** FLOPs of one forward of one image, by part. */
export interface ForwardCost {
  readonly embed: number;
  /** Timestep MLP and every modulation vector. */
  readonly conditioning: number;
  readonly head: number;
  readonly read: number;
  readonly core: number;
  readonly write: number;
  readonly tail: number;
  readonly final: number;
}

/**
 * FLOPs of one forward of one image at `budget` latents a group (1..n; ignored by a plain SiT).
 *
 * The convention: 2 per multiply-add of every matrix product and of attention's two products; softmax,
 * norms, activations and additions are left out (below 1 %). It counts the arithmetic of the method, so
 * also what this engine computes once a run instead of once a step (modulation, the Read's queries).
 * With it an XL/2 at 256 px costs what the paper reports for two guided calls: 490.9 GFLOP at the full
 * budget, 353.2, 286.1 and 253.1 at a half, a quarter and an eighth, and 372.0 with CCFG at an eighth.
 */
export function forwardCost(config: NetworkConfig, budget: number): ForwardCost {
  const { hidden: D, grid, patch, inChannels, depth, latentInterface: latents } = config;
  const T = grid * grid;
  const patchSize = patch * patch * inChannels;
  const [headBlocks, coreBlocks, tailBlocks] = latents
    ? [latents.headBlocks, latents.coreBlocks, latents.tailBlocks]
    : [depth, 0, 0];
  const modulations = 6 * depth + 2 + (latents ? 7 : 0);
  return {
    embed: product(T, patchSize, D),
    conditioning: product(1, TIME_FEATURES, D) + product(1, D, D) + product(1, D, modulations * D),
    head: headBlocks * block(T, D),
    read: latents ? interfaceCost(T, D, latents) : 0,
    core: latents ? coreBlocks * block(coreTokens(grid, latents, budget), D) : 0,
    write: latents ? interfaceCost(T, D, latents) : 0,
    tail: tailBlocks * block(T, D),
    final: product(T, D, patchSize),
  };
}

/** All parts of a forward together, in FLOPs. */
export function forwardFlops(config: NetworkConfig, budget: number): number {
  return Object.values(forwardCost(config, budget)).reduce((sum, part) => sum + part, 0);
}

/** FLOPs at budget k (index k-1) as a share of the full budget's; the last is 1. A plain SiT has the one entry 1. */
export function flopShares(config: NetworkConfig): number[] {
  const budgets = fullBudget(config);
  const full = forwardFlops(config, budgets);
  return Array.from({ length: budgets }, (_, index) => forwardFlops(config, index + 1) / full);
}

/**
 * What each part of a forward costs at budget k (index k-1), as a share of a whole forward at the full budget: a row's
 * sum is that budget's entry of `flopShares`.
 */
export function partShares(config: NetworkConfig): ForwardCost[] {
  const budgets = fullBudget(config);
  const full = forwardFlops(config, budgets);
  return Array.from({ length: budgets }, (_, index) => {
    const { embed, conditioning, head, read, core, write, tail, final } = forwardCost(config, index + 1);
    return {
      embed: embed / full,
      conditioning: conditioning / full,
      head: head / full,
      read: read / full,
      core: core / full,
      write: write / full,
      tail: tail / full,
      final: final / full,
    };
  });
}

function coreTokens(grid: number, { window }: LatentInterfaceConfig, budget: number): number {
  return (grid / window) ** 2 * budget;
}

/** `[rows, inner] · [inner, columns]`. */
function product(rows: number, inner: number, columns: number): number {
  return 2 * rows * inner * columns;
}

/** Scores and weighted values over all heads: `queries` × `keys`, twice. */
function attention(queries: number, keys: number, D: number): number {
  return 2 * product(queries, D, keys);
}

/** qkv, attention over all N tokens, proj, and the MLP; its modulation is under conditioning. */
function block(N: number, D: number): number {
  return product(N, D, 3 * D) + attention(N, N, D) + product(N, D, D) + 2 * product(N, D, MLP_RATIO * D);
}

/** Read or Write: q, kv, attention inside windows, proj, and a D -> D -> D feed-forward, for all T places. */
function interfaceCost(T: number, D: number, { window }: LatentInterfaceConfig): number {
  return (
    product(T, D, D) + product(T, D, 2 * D) + attention(T, window ** 2, D) + product(T, D, D) + 2 * product(T, D, D)
  );
}
