import { expect } from 'vitest';
import { nodeGpu } from '../../src/cli/node-gpu.ts';
import { Gpu } from '../../src/gpu/gpu.ts';
import { type Dispatch, NO_STAGE, Program, StageTable, type StageValues } from '../../src/gpu/program.ts';
import { defaultVariants, type Variants } from '../../src/kernels/variants.ts';
import { offeredTiers } from '../../src/model/tier.ts';

const FILTERS: readonly GPUErrorFilter[] = ['validation', 'out-of-memory', 'internal'];

let shared: Promise<Gpu> | undefined;

/** One device for all test files of the process: what one has compiled, the next finds. */
export function sharedGpu(): Promise<Gpu> {
  shared ??= Gpu.open({ gpu: nodeGpu() });
  return shared;
}

/** Does `work` and says what the GPU refused meanwhile. Not for work that runs beside other work of the device. */
export async function gpuErrors(gpu: Gpu, work: () => Promise<unknown>): Promise<string[]> {
  for (const filter of FILTERS) gpu.device.pushErrorScope(filter);
  const [outcome] = await Promise.allSettled([work()]);
  const errors: string[] = [];
  for (const _ of FILTERS) {
    const error = await gpu.device.popErrorScope();
    if (error) errors.push(error.message);
  }
  if (outcome.status === 'rejected') throw outcome.reason;
  return errors;
}

/** The buffers that somebody has to free; those for reading back the device keeps for itself. */
export function aliveBuffers(gpu: Gpu): string[] {
  return gpu.ledger.labels('buffer').filter((label) => label !== 'readback');
}

/** Does `work`, and fails when the GPU refuses anything or when a buffer made meanwhile is still alive at its end. */
export async function guarded(gpu: Gpu, work: () => Promise<unknown>): Promise<void> {
  const alive = aliveBuffers(gpu);
  expect(await gpuErrors(gpu, work)).toEqual([]);
  expect(aliveBuffers(gpu)).toEqual(alive);
}

/** A test on the shared device, guarded, with a bench whose buffers are freed at its end. */
export async function onGpu(test: (bench: Bench) => Promise<unknown>): Promise<void> {
  const gpu = await sharedGpu();
  await guarded(gpu, async () => {
    const bench = new Bench(gpu);
    try {
      await test(bench);
    } finally {
      bench.dispose();
    }
  });
}

/** What no kernel under test computes: results start as this, and behind them it stays. */
const UNTOUCHED = Math.fround(-98765.4321);
/** Floats behind a result, for a kernel that writes too far. */
const MARGIN = 256;

/** Buffers and launches of one test. */
export class Bench {
  /** With what each began. */
  readonly #buffers = new Map<GPUBuffer, Uint8Array<ArrayBuffer>>();

  constructor(readonly gpu: Gpu) {}

  floats(values: ArrayLike<number>): GPUBuffer {
    return this.bytes(new Uint8Array(Float32Array.from(values).buffer));
  }

  bytes(values: Uint8Array<ArrayBuffer>): GPUBuffer {
    const buffer = this.gpu.upload('test input', values);
    this.#buffers.set(buffer, values);
    return buffer;
  }

  /** Room for `count` results. */
  room(count: number): GPUBuffer {
    return this.floats(new Float32Array(count + MARGIN).fill(UNTOUCHED));
  }

  /** The kernels of everything the device has, and those for hardware. */
  get variants(): Variants {
    return defaultVariants(offeredTiers(this.gpu.device.features)[0] ?? 'f32', { isSoftware: false });
  }

  /** Runs launches of one family by each of its members, and has what each has made checked. */
  async runEach(
    dispatches: readonly Dispatch[],
    check: (variant: string) => Promise<void>,
    stage: StageValues = NO_STAGE,
  ): Promise<void> {
    for (const variant of dispatches[0]?.family?.variants ?? []) {
      for (const [buffer, values] of this.#buffers) this.gpu.device.queue.writeBuffer(buffer, 0, values);
      await this.run(
        dispatches.map(({ family }) => family!.by(variant)),
        stage,
      );
      await check(variant);
    }
  }

  /** Runs launches one after another as one pass. */
  async run(dispatches: readonly Dispatch[], stage: StageValues = NO_STAGE): Promise<void> {
    const { gpu } = this;
    const program = await Program.build(gpu, 'test', dispatches);
    const table = new StageTable(gpu, [stage]);
    const encoder = gpu.device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    table.select(pass, 0);
    program.encode(pass);
    pass.end();
    gpu.device.queue.submit([encoder.finish()]);
    table.dispose();
    program.dispose();
  }

  /** The `count` results in a `room`; what is behind them must be as it was. */
  async result(room: GPUBuffer, count: number): Promise<Float32Array> {
    const all = await this.gpu.read(room, 4 * (count + MARGIN));
    const overrun = all.subarray(count).findIndex((value) => value !== UNTOUCHED);
    expect(overrun, 'place behind the result that was written').toBe(-1);
    return all.subarray(0, count);
  }

  dispose(): void {
    for (const buffer of this.#buffers.keys()) this.gpu.destroyBuffer(buffer);
  }
}
