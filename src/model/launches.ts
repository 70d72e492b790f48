import { fullBudget, type LatentInterfaceConfig, type NetworkConfig } from './config.ts';
import { patchWidth } from './workspace.ts';

/** What a list of launches costs: arithmetic, least traffic (see `Dispatch.bytes`), and how many they are. */
export interface LaunchCounts {
  /** 2 per multiply-add. */
  readonly flops: number;
  readonly bytes: number;
  readonly dispatches: number;
}

/**
 * What this engine launches for one forward of one image at `kept` latents a group, counted from the configuration
 * alone. Unlike `forwardCost`, which counts the arithmetic of the method, it leaves out what is computed once a run
 * (modulation, Read's queries) and counts traffic.
 * @param weightBytes bytes of a stored weight, 4 or 2
 */
export function forwardLaunches(config: NetworkConfig, kept: number, weightBytes: number): LaunchCounts {
  const count = new Counter(config.hidden, weightBytes);
  const { hidden: D, grid, depth, latentInterface: parts } = config;
  const T = grid * grid;
  const P = patchWidth(config);
  const launches = [
    count.product(T, P, D, { floats: D + T * D }), // bias, position embeddings
    ...(parts ? elitLaunches(count, config, parts, kept) : blocks(count, depth, T)),
    count.product(T, D, P, { floats: P + 2 * D }), // bias, shift and scale
  ];
  return sumLaunches(launches);
}

export function sumLaunches(launches: readonly LaunchCounts[]): LaunchCounts {
  return launches.reduce(
    (sum, launch) => ({
      flops: sum.flops + launch.flops,
      bytes: sum.bytes + launch.bytes,
      dispatches: sum.dispatches + launch.dispatches,
    }),
    { flops: 0, bytes: 0, dispatches: 0 },
  );
}

/** The three numbers of a device that a roofline is made of. */
export interface Roofline {
  /** FLOPs a second. */
  readonly flops: number;
  /** Bytes a second. */
  readonly bandwidth: number;
  readonly launchMs: number;
}

/** What launches take at best, in ms: max(FLOPs/peak, bytes/bandwidth) + launches · launch cost. */
export function rooflineMs({ flops, bytes, dispatches }: LaunchCounts, device: Roofline): number {
  return 1e3 * Math.max(flops / device.flops, bytes / device.bandwidth) + dispatches * device.launchMs;
}

function elitLaunches(
  count: Counter,
  config: NetworkConfig,
  { headBlocks, coreBlocks, tailBlocks }: LatentInterfaceConfig,
  kept: number,
): LaunchCounts[] {
  const [T, n] = [config.grid ** 2, fullBudget(config)];
  return [
    ...blocks(count, headBlocks, T),
    ...read(count, config.hidden, T, n),
    ...blocks(count, coreBlocks, (T / n) * kept),
    ...write(count, config.hidden, T, n),
    ...blocks(count, tailBlocks, T),
  ];
}

/** `blockCount` transformer blocks on N tokens: qkv, attention, proj, fc1, fc2. */
function blocks(count: Counter, blockCount: number, N: number): LaunchCounts[] {
  const D = count.width;
  const block = [
    count.product(N, D, 3 * D, { floats: 3 * D + 2 * D }), // bias, shift and scale
    count.attention({ queries: N, queryRows: N, keys: N, rows: N }),
    count.product(N, D, D, { floats: 2 * D + N * D }), // bias, gate, residual
    count.product(N, D, 4 * D, { floats: 4 * D + 2 * D }),
    count.product(N, 4 * D, D, { floats: 2 * D + N * D }),
  ];
  return Array.from({ length: blockCount }, () => block).flat();
}

/** Group, kv, attention, proj, fc1, fc2 for all T places; the queries are n rows, and computed at load. */
function read(count: Counter, D: number, T: number, n: number): LaunchCounts[] {
  return [
    { flops: 2 * T * D, bytes: 4 * (3 * T * D + 2 * n * D), dispatches: 1 },
    count.product(T, D, 2 * D, { floats: 4 * D }),
    count.attention({ queries: T, queryRows: n, keys: n, rows: T, scale: true }),
    count.product(T, D, D, { floats: 2 * D + n * D }), // bias, gate, the learned queries
    count.product(T, D, D, { floats: 2 * D }),
    count.product(T, D, D, { floats: D + 2 * T * D }), // gate, residual, the latents' places
  ];
}

/** q, kv, attention, proj, fc1, fc2 for all T places. */
function write(count: Counter, D: number, T: number, n: number): LaunchCounts[] {
  return [
    count.product(T, D, D, { floats: D }),
    count.product(T, D, 2 * D, { floats: 2 * D }),
    count.attention({ queries: T, queryRows: T, keys: n, rows: T, scale: true }),
    count.product(T, D, D, { floats: D + T * D }),
    count.product(T, D, D, { floats: 0 }),
    count.product(T, D, D, { floats: T * D }),
  ];
}

/** Counts the two kinds of launches that a forward is made of. */
class Counter {
  constructor(
    readonly width: number,
    private readonly weightBytes: number,
  ) {}

  /** `[rows, inner] · [inner, columns]`; `floats` is what is read besides: bias, modulation, residual. */
  product(rows: number, inner: number, columns: number, { floats }: { floats: number }): LaunchCounts {
    const moved = 4 * (rows * inner + rows * columns + floats) + this.weightBytes * inner * columns;
    return { flops: 2 * rows * inner * columns, bytes: moved, dispatches: 1 };
  }

  /**
   * `queries` in all, each asking `keys`; `queryRows` different ones are read, `rows` keys and values in all, and with
   * `scale` the norm's [D].
   */
  attention(of: { queries: number; queryRows: number; keys: number; rows: number; scale?: boolean }): LaunchCounts {
    const moved = of.queryRows + 2 * of.rows + of.queries + (of.scale ? 1 : 0);
    return { flops: 4 * of.queries * of.keys * this.width, bytes: 4 * moved * this.width, dispatches: 1 };
  }
}
