import { ElitError } from '../../errors.ts';
import type { Gpu } from '../../gpu/gpu.ts';
import { Program, StageTable } from '../../gpu/program.ts';
import { defaultVariants, type Tier } from '../variants.ts';
import { attentionCases } from './attention-cases.ts';
import { type Case, Maker, type NetworkShape, STAGE } from './cases.ts';
import { elementCases } from './element-cases.ts';
import { matmulCases } from './matmul-cases.ts';

/** Largest error, as a share of the largest number that is expected. A driver that computes wrongly is far off. */
export const TOLERANCE: Readonly<Record<Tier, number>> = {
  f32: 1e-4,
  'f32-subgroups': 1e-4,
  f16: 1e-2,
  'f16-subgroups': 1e-2,
};
/** Every so many results are compared; no width is a multiple of it, so that rows and columns are all met. */
const STRIDE = 7;

/**
 * Runs small launches of the kernels that a network uses on a tier and compares what comes out with plain arithmetic.
 * What it compiles, the network uses.
 * @returns what is wrong: 'gpu-shader' | 'gpu-validation' | 'gpu-wrong-values'; null when the tier is sound
 * @throws ElitError of the device itself: 'gpu-device-lost' | 'gpu-limits'
 */
export async function checkKernels(gpu: Gpu, tier: Tier, shape: NetworkShape): Promise<ElitError | null> {
  const maker = new Maker(gpu, defaultVariants(tier, gpu));
  try {
    const cases = await gpu.allocate(() => [
      ...matmulCases(maker, shape),
      ...attentionCases(maker, shape),
      ...elementCases(maker),
    ]);
    const refused = await run(gpu, cases);
    if (refused) return refused;
    const results = await Promise.all(cases.map(({ output, count }) => gpu.read(output, 4 * count)));
    return cases.map((one, i) => wrong(one, results[i]!, TOLERANCE[tier])).find((fault) => fault !== null) ?? null;
  } catch (thrown) {
    if (thrown instanceof ElitError && thrown.code === 'gpu-shader') return thrown;
    throw thrown;
  } finally {
    maker.dispose();
  }
}

/** Launches all cases in one pass; what the device refuses of it is caught here and now, beside other work. */
async function run(gpu: Gpu, cases: readonly Case[]): Promise<ElitError | null> {
  const program = await Program.build(
    gpu,
    'check',
    cases.map(({ dispatch }) => dispatch),
  );
  const table = new StageTable(gpu, [STAGE]);
  gpu.device.pushErrorScope('validation');
  const encoder = gpu.device.createCommandEncoder({ label: 'check' });
  const pass = encoder.beginComputePass({ label: 'check' });
  table.select(pass, 0);
  program.encode(pass);
  pass.end();
  gpu.device.queue.submit([encoder.finish()]);
  const refused = gpu.device.popErrorScope();
  table.dispose();
  program.dispose();
  const error = await refused;
  return error && new ElitError('gpu-validation', `The GPU refused a check: ${error.message}`, HINT);
}

function wrong({ dispatch, expected, count }: Case, results: Float32Array, tolerance: number): ElitError | null {
  const places = Array.from({ length: Math.ceil(count / STRIDE) }, (_, i) => i * STRIDE);
  const values = places.map(expected);
  const bound = tolerance * values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  const found = places.findIndex((place, i) => !(Math.abs(results[place]! - values[i]!) <= bound));
  if (found < 0) return null;
  const [got, right] = [results[places[found]!]!, values[found]!].map((value) => value.toPrecision(5));
  const kernel = `“${dispatch.kernel.name}” (${dispatch.label})`;
  return new ElitError('gpu-wrong-values', `The GPU computes ${got} where ${right} is right, in ${kernel}.`, HINT);
}

const HINT = 'Update the graphics driver and the browser; the address with “?backend=wasm” draws without the GPU.';
