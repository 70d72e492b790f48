import type { Gpu } from '../../src/gpu/gpu.ts';
import { NO_STAGE, runOnce, StageTable } from '../../src/gpu/program.ts';
import { patchify } from '../../src/kernels/patchify/patchify.ts';
import { defaultVariants, type Variants } from '../../src/kernels/variants.ts';
import type { NetworkConfig } from '../../src/model/config.ts';
import { Network, type VelocityProgram } from '../../src/model/network.ts';
import { chooseTier } from '../../src/model/tier.ts';
import { patchWidth } from '../../src/model/workspace.ts';
import type { Engine, Problem } from './problem.ts';

/** Our network on the GPU with the problem's conditioning prepared, as a sampling run has it. */
export class OurNetwork {
  readonly table: StageTable;
  readonly #gpu: Gpu;
  readonly #network: Network;
  readonly #problem: Problem;

  private constructor(gpu: Gpu, network: Network, problem: Problem) {
    this.table = new StageTable(gpu, [{ ...NO_STAGE, t: problem.time }]);
    this.#gpu = gpu;
    this.#network = network;
    this.#problem = problem;
  }

  static async open(gpu: Gpu, problem: Problem): Promise<OurNetwork> {
    const { config } = problem.manifest;
    const { tier } = await chooseTier(gpu, config, problem.weights);
    const network = await Network.load(gpu, config, problem.weights, defaultVariants(tier, gpu));
    await network.condition([problem.time], [network.label(problem.label)]);
    return new OurNetwork(gpu, network, problem);
  }

  /** The kernels it computes with. */
  get variants(): Variants {
    return this.#network.variants;
  }

  /** The forward at a budget, its input in place. */
  async forward(kept: number): Promise<OurForward> {
    const forward = await this.#network.velocity([{ firstImage: 0, images: 1, kept }]);
    await this.#enter(forward.patches);
    return new OurForward(this.#gpu, this.#problem.manifest.config, this.table, forward);
  }

  async dispose(): Promise<void> {
    this.table.dispose();
    await this.#network.dispose();
  }

  async #enter(patches: GPUBuffer): Promise<void> {
    const { config } = this.#problem.manifest;
    const image = this.#gpu.upload('bench image', this.#problem.image);
    const { inChannels: channels, patch, grid } = config;
    const columns = patchWidth(config);
    await runOnce(this.#gpu, 'bench input', [
      patchify({
        label: 'patchify',
        part: 'embed',
        image,
        patches,
        images: 1,
        states: 1,
        channels,
        patch,
        grid,
        columns,
      }),
    ]);
    await this.#gpu.device.queue.onSubmittedWorkDone();
    this.#gpu.destroyBuffer(image);
  }
}

/** One forward of ours, replayed as a sampling run does: one pass and one submission each. */
export class OurForward implements Engine {
  readonly name = 'elit-web';
  readonly recorded: VelocityProgram;
  readonly #gpu: Gpu;
  readonly #config: NetworkConfig;
  readonly #table: StageTable;

  constructor(gpu: Gpu, config: NetworkConfig, table: StageTable, recorded: VelocityProgram) {
    this.#gpu = gpu;
    this.#config = config;
    this.#table = table;
    this.recorded = recorded;
  }

  async chain(count: number): Promise<number> {
    const { device } = this.#gpu;
    const from = performance.now();
    for (let i = 0; i < count; i++) {
      const encoder = device.createCommandEncoder({ label: 'forward' });
      const pass = encoder.beginComputePass({ label: 'forward' });
      this.#table.select(pass, 0);
      this.recorded.program.encode(pass);
      pass.end();
      device.queue.submit([encoder.finish()]);
    }
    await device.queue.onSubmittedWorkDone();
    return (performance.now() - from) / count;
  }

  async velocity(): Promise<Float32Array> {
    const { grid } = this.#config;
    const columns = patchWidth(this.#config);
    const rows = await this.#gpu.read(this.recorded.output, 4 * grid * grid * columns);
    return unpatchify(rows, this.#config, columns);
  }
}

/** Rows of patches [g·g, p·p·C padded] -> [C, p·g, p·g]. */
function unpatchify(
  rows: Float32Array,
  { inChannels: C, patch: p, grid: g }: NetworkConfig,
  columns: number,
): Float32Array {
  const side = p * g;
  return Float32Array.from({ length: C * side * side }, (_, i) => {
    const [x, y, c] = [i % side, Math.floor(i / side) % side, Math.floor(i / side ** 2)];
    const token = Math.floor(y / p) * g + Math.floor(x / p);
    return rows[token * columns + ((y % p) * p + (x % p)) * C + c]!;
  });
}
