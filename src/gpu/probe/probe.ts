import type { Gpu } from '../gpu.ts';
import type { Kernel } from '../pipelines.ts';
import { type Dispatch, NO_STAGE, Program, StageTable } from '../program.ts';
import { type Clock, openClock, QueueClock } from '../timing.ts';
import copyCode from './copy.wgsl?raw';
import launchCode from './launch.wgsl?raw';
import multiplyAddCode from './multiply-add.wgsl?raw';
import f16Code from './real-f16.wgsl?raw';
import f32Code from './real-f32.wgsl?raw';

/** What a device can do at best, measured on it. */
export interface Peaks {
  /** FLOPs a second, 2 per multiply-add, in float32. */
  readonly f32: number;
  /** In float16; null where the device has none. */
  readonly f16: number | null;
  /** Bytes a second, read and written together. */
  readonly bandwidth: number;
  /** Milliseconds that a launch costs by itself. */
  readonly launchMs: number;
}

/** A pass is made this long at least: timestamps may be coarse (0.1 ms). */
const SHORTEST_PASS_MS = 20;
/** Of so many passes the best counts: whatever disturbs one makes it slower. */
const PASSES = 3;

const WORKGROUP = 64;
const CHAINS = [2, 4, 8];
const VEC4_STEPS_A_TURN = 4;
const WORKGROUPS = 1024;
/** Larger than the caches of any device. */
const COPY_BYTES = 64 * 2 ** 20;
const COPIES_EACH = [1, 4];
const LAUNCHES = 512;

/** Runs one measurement when nothing else uses the device; between two of them others may. */
export type Alone = <T>(measure: () => Promise<T>) => Promise<T>;

/** Where and when something is measured. */
interface Probe {
  readonly gpu: Gpu;
  readonly alone: Alone;
}

/**
 * Measures the device's peaks; takes about a second, on a processor that plays a GPU ten.
 * @throws ElitError gpu-shader | gpu-limits | gpu-out-of-memory
 */
export async function probePeaks(gpu: Gpu, alone: Alone = (measure) => measure()): Promise<Peaks> {
  const clock = openClock(gpu);
  const probe = { gpu, alone };
  try {
    return {
      f32: await arithmetic(probe, clock, f32Code),
      f16: gpu.device.features.has('shader-f16') ? await arithmetic(probe, clock, f16Code) : null,
      bandwidth: await bandwidth(probe, clock),
      launchMs: await launchCost(probe),
    };
  } finally {
    clock.dispose();
  }
}

/** FLOPs a second at the best number of chains. */
async function arithmetic({ gpu, alone }: Probe, clock: Clock, realCode: string): Promise<number> {
  const out = gpu.createStorage('probe sums', 16 * WORKGROUP * WORKGROUPS);
  const rates: number[] = [];
  try {
    for (const chains of CHAINS) {
      const kernel = {
        name: `multiply-add ×${chains}`,
        code: realCode + multiplyAddCode,
        bindings: ['write'] as const,
      };
      const turns = 64;
      const flops = 2 * 4 * VEC4_STEPS_A_TURN * chains * turns * WORKGROUP * WORKGROUPS;
      const launch = probeDispatch({ ...kernel, constants: { CHAINS: chains } }, [out], turns, WORKGROUPS);
      rates.push((1e3 * flops) / (await alone(() => bestMs(gpu, clock, launch))));
    }
  } finally {
    gpu.destroyBuffer(out);
  }
  return Math.max(...rates);
}

/** Bytes a second of a copy at the best number of vec4s an invocation. */
async function bandwidth({ gpu, alone }: Probe, clock: Clock): Promise<number> {
  const { maxBufferSize, maxStorageBufferBindingSize } = gpu.device.limits;
  const bytes = Math.min(COPY_BYTES, maxBufferSize, maxStorageBufferBindingSize);
  const count = 2 ** Math.floor(Math.log2(bytes / 16));
  const [source, out] = await gpu.allocate(() => [
    gpu.createStorage('probe source', 16 * count),
    gpu.createStorage('probe copy', 16 * count),
  ]);
  const rates: number[] = [];
  try {
    for (const each of COPIES_EACH) {
      const kernel = { name: `copy ×${each}`, code: copyCode, bindings: ['read', 'write'] as const };
      // Half of the copy a launch, should the grid be larger than one dimension allows.
      const workgroups = Math.min(count / each / WORKGROUP, gpu.device.limits.maxComputeWorkgroupsPerDimension);
      const copied = workgroups * WORKGROUP * each;
      const launch = probeDispatch({ ...kernel, constants: { EACH: each } }, [source, out], copied, workgroups);
      rates.push((1e3 * 2 * 16 * copied) / (await alone(() => bestMs(gpu, clock, launch))));
    }
  } finally {
    for (const buffer of [source, out]) gpu.destroyBuffer(buffer);
  }
  return Math.max(...rates);
}

/** Milliseconds a launch in a long chain of them, by the clock on the wall: encoding counts as well. */
async function launchCost({ gpu, alone }: Probe): Promise<number> {
  const out = gpu.createStorage('probe counter', 16);
  try {
    const launch = probeDispatch(
      { name: 'launch', code: launchCode, bindings: ['write'], constants: {} },
      [out],
      0x3f800000, // 1.0
      1,
    );
    return await alone(() => bestMs(gpu, new QueueClock(gpu), launch, LAUNCHES));
  } finally {
    gpu.destroyBuffer(out);
  }
}

function probeDispatch(kernel: Kernel, buffers: readonly GPUBuffer[], parameter: number, workgroups: number): Dispatch {
  return {
    kernel,
    label: kernel.name,
    part: 'probe',
    buffers,
    params: Uint32Array.of(parameter),
    workgroups: [workgroups, 1, 1],
    flops: 0,
    bytes: 0,
  };
}

/** Milliseconds of one launch at its best, repeated in a pass until it lasts long enough to be measured. */
async function bestMs(gpu: Gpu, clock: Clock, dispatch: Dispatch, leastRepeats = 1): Promise<number> {
  const program = await Program.build(gpu, dispatch.label, [dispatch]);
  const table = new StageTable(gpu, [NO_STAGE]);
  const pass = (repeats: number) =>
    clock.measure((encoder) => {
      table.select(encoder, 0);
      for (let i = 0; i < repeats; i++) program.encode(encoder);
    });
  try {
    let repeats = leastRepeats;
    let ms = await pass(repeats); // also warms up
    while (ms < SHORTEST_PASS_MS && repeats < 2 ** 14) {
      repeats *= 4;
      ms = await pass(repeats);
    }
    const passes = [ms];
    while (passes.length < PASSES) passes.push(await pass(repeats));
    return Math.min(...passes) / repeats;
  } finally {
    table.dispose();
    program.dispose();
  }
}
