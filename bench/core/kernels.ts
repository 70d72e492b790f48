import { GpuDecoder } from '../../src/decoder/decoder.ts';
import { ElitError } from '../../src/errors.ts';
import type { Gpu } from '../../src/gpu/gpu.ts';
import type { Peaks } from '../../src/gpu/probe/probe.ts';
import { type Dispatch, NO_STAGE, Program, StageTable } from '../../src/gpu/program.ts';
import { type Clock, openClock } from '../../src/gpu/timing.ts';
import { attention } from '../../src/kernels/attention/attention.ts';
import { type Linear, matmul } from '../../src/kernels/matmul/matmul.ts';
import type { Variants } from '../../src/kernels/variants.ts';
import type { Manifest } from '../../src/model/manifest.ts';
import type { KernelFigures } from './report.ts';

/** A pass is repeated until it lasts this long: timestamps may be coarse (0.1 ms). */
const SHORTEST_PASS_MS = 10;
const MOST_REPEATS = 1024;
/** Nothing disturbs so long a pass by much: it is timed once. */
const LONG_PASS_MS = 200;

/** Launches that do the same work: one of them stands for all. */
interface Kind {
  readonly label: string;
  readonly dispatch: Dispatch;
  count: number;
}

/** Every kind of launch in a program, each timed alone. */
export async function measureKernels(
  gpu: Gpu,
  dispatches: readonly Dispatch[],
  peaks: Peaks,
): Promise<KernelFigures[]> {
  const clock = openClock(gpu);
  const figures: KernelFigures[] = [];
  try {
    for (const kind of kinds(dispatches))
      figures.push(kernelFigures(kind, await launchMs(gpu, clock, kind.dispatch), peaks));
  } finally {
    clock.dispose();
  }
  return figures;
}

/**
 * The kernels of one decode: convolutions, norms with SiLU, pixel shuffles, at the shapes of the file. Null where it has
 * a step that our kernels lack.
 * @throws ElitError gpu-out-of-memory | gpu-shader
 */
export async function measureDecoder(
  gpu: Gpu,
  file: Uint8Array,
  { latent, image }: Manifest,
  peaks: Peaks,
): Promise<KernelFigures[] | null> {
  let decoder: GpuDecoder;
  try {
    decoder = await GpuDecoder.load(gpu, file, latent, image);
  } catch (thrown) {
    if (thrown instanceof ElitError && thrown.code === 'decoder-failed') return null;
    throw thrown;
  }
  try {
    return await measureKernels(gpu, decoder.dispatches, peaks);
  } finally {
    decoder.dispose();
  }
}

/** Widths of an XL/2, and 512 rows: two images of 256 tokens. */
const ROWS = 512;
const WIDTH = 1152;
const HEADS = 16;

/** The products and the attention of a block of an XL/2, with weights in half precision. */
export async function measureLargeKernels(gpu: Gpu, variants: Variants, peaks: Peaks): Promise<KernelFigures[]> {
  const buffers: GPUBuffer[] = [];
  const room = (label: string, bytes: number) => {
    const buffer = gpu.createStorage(label, bytes);
    buffers.push(buffer);
    return buffer;
  };
  const linear = (inputs: number, outputs: number): Linear => {
    return { weight: room('XL/2 weight', 2 * inputs * outputs), type: 'F16', bias: null, inputs, outputs };
  };
  try {
    const [x, y] = [room('XL/2 rows', 16 * ROWS * WIDTH), room('XL/2 result', 16 * ROWS * WIDTH)];
    const product = (label: string, inputs: number, outputs: number): Dispatch => {
      const shape = `${label} ${ROWS}×${inputs}×${outputs}`;
      return matmul({
        label: shape,
        part: 'XL/2',
        linear: linear(inputs, outputs),
        input: x,
        output: y,
        rows: ROWS,
        variants,
      });
    };
    const qkv = { buffer: x, stride: 3 * WIDTH };
    const dispatches = [
      product('qkv', WIDTH, 3 * WIDTH),
      attention({
        label: `attention ${ROWS / 2} tokens`,
        part: 'XL/2',
        query: qkv,
        keyValue: { ...qkv, key: WIDTH, value: 2 * WIDTH },
        output: y,
        sequences: 2,
        queries: ROWS / 2,
        keys: ROWS / 2,
        heads: HEADS,
        headWidth: WIDTH / HEADS,
        variants,
      }),
      product('proj', WIDTH, WIDTH),
      product('fc1', WIDTH, 4 * WIDTH),
      product('fc2', 4 * WIDTH, WIDTH),
    ];
    return await measureKernels(gpu, dispatches, peaks);
  } finally {
    for (const buffer of buffers) gpu.destroyBuffer(buffer);
  }
}

function kinds(dispatches: readonly Dispatch[]): Kind[] {
  const found = new Map<string, Kind>();
  for (const dispatch of dispatches) {
    const label = workOf(dispatch);
    const key = `${label} ${dispatch.kernel.name} ${dispatch.flops} ${dispatch.bytes}`;
    const known = found.get(key);
    if (known) known.count += 1;
    else found.set(key, { label, dispatch, count: 1 });
  }
  return [...found.values()];
}

/** Tables of their own, whose title says the part. */
const SOLE_PARTS: readonly string[] = ['XL/2', 'decode'];

/** 'block 7 qkv' of the core -> 'core qkv': blocks of a part do the same work. */
function workOf({ label, part }: Dispatch): string {
  const work = label.replace(/^block \d+ /, '');
  return SOLE_PARTS.includes(part) || work.startsWith(part) ? work : `${part} ${work}`;
}

/** Milliseconds of one launch, repeated in a pass until it lasts long enough. */
async function launchMs(gpu: Gpu, clock: Clock, dispatch: Dispatch): Promise<number> {
  const program = await Program.build(gpu, dispatch.label, [dispatch]);
  const table = new StageTable(gpu, [NO_STAGE]);
  const pass = (repeats: number) =>
    clock.measure((encoder) => {
      table.select(encoder, 0);
      for (let i = 0; i < repeats; i++) program.encode(encoder);
    });
  try {
    await pass(1); // warms up
    let repeats = 1;
    let ms = await pass(repeats);
    while (ms < SHORTEST_PASS_MS && repeats < MOST_REPEATS) {
      repeats *= 4;
      ms = await pass(repeats);
    }
    return (ms < LONG_PASS_MS ? Math.min(ms, await pass(repeats)) : ms) / repeats;
  } finally {
    table.dispose();
    program.dispose();
  }
}

function kernelFigures({ label, dispatch, count }: Kind, ms: number, peaks: Peaks): KernelFigures {
  const seconds = ms / 1e3;
  const [rate, traffic] = [dispatch.flops / seconds, dispatch.bytes / seconds];
  const peak = dispatch.kernel.code.includes('enable f16') ? (peaks.f16 ?? peaks.f32) : peaks.f32;
  return {
    label,
    kernel: dispatch.kernel.name,
    count,
    ms,
    gflops: rate / 1e9,
    gbps: traffic / 1e9,
    arithmeticShare: rate / peak,
    bandwidthShare: traffic / peaks.bandwidth,
  };
}
