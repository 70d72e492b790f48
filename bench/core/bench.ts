import { readDecoder, readManifest, readWeights } from '../../src/generator/model-files.ts';
import { WebSource } from '../../src/generator/source.ts';
import { Gpu } from '../../src/gpu/gpu.ts';
import { type Peaks, probePeaks } from '../../src/gpu/probe/probe.ts';
import { fullBudget } from '../../src/model/config.ts';
import { type LaunchCounts, sumLaunches } from '../../src/model/launches.ts';
import type { Manifest } from '../../src/model/manifest.ts';
import { rooflineOf } from '../../src/model/roofline.ts';
import { runtimeFiles } from '../../src/runtime-onnx/runtime-files.ts';
import { byBudget } from './by-budget.ts';
import { countFigures, forwardFigures } from './figures.ts';
import { type ForwardFigures, inTurn, measureForwards } from './forwards.ts';
import { drawImages } from './images.ts';
import { measureDecoder, measureKernels, measureLargeKernels } from './kernels.ts';
import { OrtChoice } from './ort-choice.ts';
import { ortInputs } from './ort-inputs.ts';
import { OrtWasm, WASM_SETTINGS } from './ort-wasm.ts';
import { configureOrtWebgpu, ORT_VERSION, WEBGPU_SETTINGS } from './ort-webgpu.ts';
import { OurNetwork } from './ours.ts';
import type { BenchPlan, OnProgress } from './plan.ts';
import { forwardProblem, type Problem } from './problem.ts';
import type { BenchReport, LoadFigures } from './report.ts';
import { pairedRatios } from './statistics.ts';

/** What our network and its kernels are measured with. */
interface Bench {
  readonly problem: Problem;
  readonly gpu: Gpu;
  readonly ours: OurNetwork;
  readonly peaks: Peaks;
  readonly budgets: readonly number[];
  readonly rounds: number;
}

/**
 * Measures everything, one thing after another.
 * @throws ElitError of loading and drawing; Error when our own values are wrong
 */
export async function runBench(plan: BenchPlan, onProgress: OnProgress): Promise<BenchReport> {
  const problem = await readProblem(plan.model);
  const { manifest } = problem;
  const budgets = plan.budgets.filter((kept) => kept <= fullBudget(manifest.config));
  const images = await drawImages(plan, budgets, onProgress);
  onProgress('Measuring the device', 0.25);
  const gpu = await Gpu.open();
  try {
    const peaks = await probePeaks(gpu);
    const ours = await OurNetwork.open(gpu, problem);
    const bench: Bench = { problem, gpu, ours, peaks, budgets, rounds: plan.rounds };
    const { forwards, ...compared } = await compare(bench, onProgress);
    onProgress('Timing each kernel', 0.9);
    const report: BenchReport = {
      adapter: gpu.adapterName,
      tier: ours.variants.tier,
      browser: navigator.userAgent,
      model: manifest.name,
      quick: plan.quick,
      budgets,
      ...images,
      load: withDecoder(images.load, manifest),
      ...forwardFigures(budgets, forwards),
      ...(await ourFigures(bench)),
      ...compared,
      peaks,
    };
    await ours.dispose();
    return report;
  } finally {
    gpu.dispose();
  }
}

/** The decoder's file comes in one piece, so its phase counts no bytes. */
function withDecoder(load: LoadFigures, { decoder }: Manifest): LoadFigures {
  return { ...load, phaseBytes: { ...load.phaseBytes, decoder: decoder.bytes } };
}

async function readProblem(model: string): Promise<Problem> {
  const source = new WebSource(model);
  const { signal } = new AbortController();
  const manifest = await readManifest(source, signal);
  const weights = await readWeights(source, manifest.weights, { signal });
  return forwardProblem(manifest, weights, await readDecoder(source, manifest.decoder, signal));
}

/** Forwards of every budget beside onnxruntime's. */
async function compare(
  { problem, gpu, ours, budgets, rounds }: Bench,
  onProgress: OnProgress,
): Promise<{ forwards: ForwardFigures[]; ort: BenchReport['ort'] }> {
  const wasm = await OrtWasm.open(problem, runtimeFiles);
  const inputs = await ortInputs(problem, runtimeFiles);
  configureOrtWebgpu();
  const choice = await OrtChoice.open(problem, inputs, ours.variants.tier.startsWith('f16'));
  const forwards: ForwardFigures[] = [];
  for (const [index, kept] of budgets.entries()) {
    onProgress(`Comparing forwards at budget ${kept}`, 0.3 + (0.6 * index) / budgets.length);
    forwards.push(await measureForwards({ gpu, ours, wasm, choice, inputs }, kept, rounds));
  }
  choice.dispose();
  await wasm.dispose();
  const forms = byBudget(budgets, (_, index) => forwards[index]!.forms);
  const ort = {
    version: ORT_VERSION,
    webgpu: { settings: WEBGPU_SETTINGS, forms },
    wasm: { settings: WASM_SETTINGS, threads: wasm.threads },
  };
  return { forwards, ort };
}

type OurFigures = ReturnType<typeof countFigures> &
  Pick<BenchReport, 'scaling' | 'kernels' | 'largeKernels' | 'decoderKernels' | 'memoryBytes'>;

/** What concerns our network alone. */
async function ourFigures({ problem, gpu, ours, peaks, budgets, rounds }: Bench): Promise<OurFigures> {
  const forwards = [];
  for (const kept of budgets) forwards.push(await ours.forward(kept));
  const counts = forwards.map(({ recorded }): LaunchCounts => {
    return sumLaunches(recorded.program.dispatches.map(({ flops, bytes }) => ({ flops, bytes, dispatches: 1 })));
  });
  const memoryBytes = gpu.ledger.count('buffer').bytes;
  const times = await inTurn(forwards, rounds);
  const full = forwards.at(-1)!.recorded.program.dispatches;
  return {
    ...countFigures(problem.manifest.config, budgets, counts, rooflineOf(peaks, ours.variants.tier)),
    scaling: {
      time: pairedRatios(times[0]!, times.at(-1)!),
      flops: counts[0]!.flops / counts.at(-1)!.flops,
    },
    kernels: await measureKernels(gpu, full, peaks),
    largeKernels: await measureLargeKernels(gpu, ours.variants, peaks),
    decoderKernels: await measureDecoder(gpu, problem.decoder, problem.manifest, peaks),
    memoryBytes,
  };
}
