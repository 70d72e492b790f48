import type { Gpu } from '../../src/gpu/gpu.ts';
import { type PartFigures, partFigures } from '../../src/gpu/parts.ts';
import { type TimedLaunches, timeLaunches } from '../../src/gpu/timing.ts';
import type { OrtChoice } from './ort-choice.ts';
import type { OrtInputs } from './ort-inputs.ts';
import type { OrtWasm } from './ort-wasm.ts';
import type { OurForward, OurNetwork } from './ours.ts';
import { type Engine, relativeError } from './problem.ts';
import type { OrtFormFigures } from './report.ts';
import { median, pairedRatios, type Spread } from './statistics.ts';

/** A measurement is a chain of forwards at least this long. */
const SHORTEST_CHAIN_MS = 150;
const LONGEST_CHAIN = 50;
/** Beyond it our own numbers are wrong, and no time of ours means anything. */
const LARGEST_ERROR = 1e-2;

/** What one budget's forwards took, each engine in turn. */
export interface ForwardFigures {
  readonly oursMs: number;
  readonly wasmMs: number;
  readonly webgpuMs: number | null;
  readonly wasmRatio: Spread;
  readonly webgpuRatio: Spread | null;
  readonly forms: readonly OrtFormFigures[];
  readonly overheadShare: number | null;
  readonly parts: readonly PartFigures[] | null;
}

interface Engines {
  readonly gpu: Gpu;
  readonly ours: OurNetwork;
  readonly wasm: OrtWasm;
  readonly choice: OrtChoice;
  readonly inputs: OrtInputs;
}

/** @throws Error when our own velocity is not that of onnxruntime */
export async function measureForwards(
  { gpu, ours, wasm, choice, inputs }: Engines,
  kept: number,
  rounds: number,
): Promise<ForwardFigures> {
  const [our, theirs] = [await ours.forward(kept), wasm.forward(kept, inputs)];
  await our.chain(1);
  await theirs.chain(1);
  const expected = (await theirs.velocity()).slice();
  const error = relativeError(await our.velocity(), expected);
  if (!(error <= LARGEST_ERROR)) {
    throw new Error(
      `at budget ${kept} our velocity is ${error.toExponential(1)} off onnxruntime's: no time is worth reporting`,
    );
  }
  const { session, tried } = await choice.best(kept, expected);
  try {
    const webgpu = session?.forward(kept);
    const times = await inTurn([our, theirs, ...(webgpu ? [webgpu] : [])], rounds);
    const [oursMs, wasmMs, webgpuMs] = times as [number[], number[], number[]?];
    return {
      oursMs: median(oursMs),
      wasmMs: median(wasmMs),
      webgpuMs: webgpuMs ? median(webgpuMs) : null,
      wasmRatio: pairedRatios(wasmMs, oursMs),
      webgpuRatio: webgpuMs ? pairedRatios(webgpuMs, oursMs) : null,
      forms: tried,
      ...(await insideForwards(gpu, ours, our, rounds)),
    };
  } finally {
    await session?.dispose();
  }
}

/** Times of every engine [engine][round], one after the other in every round: what disturbs one disturbs all. */
export async function inTurn(engines: readonly Engine[], rounds: number): Promise<number[][]> {
  const counts: number[] = [];
  for (const engine of engines) {
    const ms = await engine.chain(1);
    counts.push(Math.min(LONGEST_CHAIN, Math.max(1, Math.ceil(SHORTEST_CHAIN_MS / ms))));
  }
  const times: number[][] = engines.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, engine] of engines.entries()) times[index]!.push(await engine.chain(counts[index]!));
  }
  return times;
}

/** Time outside kernels, the wall's clock less the sum of the launches' timestamps, and time by part. */
async function insideForwards(
  gpu: Gpu,
  ours: OurNetwork,
  our: OurForward,
  rounds: number,
): Promise<Pick<ForwardFigures, 'overheadShare' | 'parts'>> {
  const { program } = our.recorded;
  const runs: TimedLaunches[] = [];
  for (let round = 0; round < rounds; round++) {
    const timed = await timeLaunches(gpu, program, ours.table);
    if (timed === null) return { overheadShare: null, parts: null };
    runs.push(timed);
  }
  const shares = runs.map(({ wallMs, launchMs }) => 1 - launchMs.reduce((sum, ms) => sum + ms, 0) / wallMs);
  const launches = runs.map(({ launchMs }) => launchMs);
  return { overheadShare: median(shares), parts: partFigures(program.dispatches, launches) };
}
