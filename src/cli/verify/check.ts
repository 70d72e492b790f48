import type { Gpu } from '../../gpu/gpu.ts';
import type { NetworkConfig } from '../../model/config.ts';
import type { Network } from '../../model/network.ts';
import type { Safetensors } from '../../model/safetensors.ts';
import { Sampler } from '../../sampling/sampler.ts';
import type { RunSpec } from '../../sampling/sampling-run.ts';
import { solve } from '../../sampling/solvers.ts';
import { type Bounds, type Comparison, compare, STATE_BOUNDS } from './difference.ts';
import {
  mismatch,
  type RecordedRun,
  recordedBudgets,
  recordedRuns,
  recordedStates,
  recordedStepNoise,
  runBounds,
} from './recorded.ts';
import { forwardStates, type Inputs } from './states.ts';

/** One recorded tensor, and how far what the kernels compute is from it. */
export interface Check extends Comparison {
  readonly what: string;
}

/**
 * Compares every state and every sampling run of a golden file with what the GPU kernels compute.
 * @throws ElitError weights-mismatch when the file does not fit the network or records nothing
 */
export async function verifyRecorded(gpu: Gpu, network: Network, golden: Safetensors): Promise<Check[]> {
  const checks = [...(await verifyStates(gpu, network, golden)), ...(await verifyRuns(gpu, network, golden))];
  if (checks.length === 0) throw mismatch('The golden file has nothing to compare with.');
  return checks;
}

async function verifyStates(gpu: Gpu, network: Network, golden: Safetensors): Promise<Check[]> {
  const { config } = network;
  const checks: Check[] = [];
  for (const { prefix, budget } of recordedBudgets({ golden, config })) {
    const names = recordedStates(golden, prefix);
    if (names.length === 0) continue;
    const inputs: Inputs = { x: golden.float32('x'), t: golden.float32('t'), y: golden.float32('y') };
    const states = await forwardStates(gpu, network, inputs, budget);
    for (const name of names) {
      const actual = stateOf(name.slice(prefix.length), { states, network, inputs, prefix, golden });
      checks.push(check(name, actual, golden, STATE_BOUNDS));
    }
  }
  return checks;
}

/** What there is to find a recorded state in. */
interface Computed {
  readonly states: ReadonlyMap<string, Float32Array>;
  readonly network: Network;
  readonly inputs: Inputs;
  readonly golden: Safetensors;
  readonly prefix: string;
}

/** A state under its recorded name; the kernels have some only with what is added to them in the same product. */
function stateOf(state: string, { states, network, inputs, golden, prefix }: Computed): Float32Array {
  const { config } = network;
  if (state === 'y_embed') return Float32Array.from(Array.from(inputs.y, (y) => [...network.label(y)]).flat());
  const values = states.get(tapOf(state, config));
  if (values === undefined) throw mismatch(`“${prefix}${state}” is recorded, but this network has no such state.`);
  if (state === 't_embed') return subtract(values, golden.float32(`${prefix}y_embed`));
  if (state === 'patch_embed_without_pos') return subtract(values, network.positionEmbedding);
  return values;
}

/** Recorded name -> tapped state. In a plain SiT `head_out` is what blocks.1 gives. */
function tapOf(state: string, config: NetworkConfig): string {
  if (state === 'head_out' && config.latentInterface === null) return 'block 1';
  const renamed: Record<string, string> = {
    patch_embed_without_pos: 'embed',
    t_embed: 'conditioning',
    block0: 'block 0',
    read_out_all_raster: 'read_out',
  };
  return renamed[state] ?? state;
}

/** values - table, the table repeated as often as it fits. */
const subtract = (values: Float32Array, table: Float32Array): Float32Array =>
  values.map((value, i) => value - (table[i % table.length] ?? Number.NaN));

async function verifyRuns(gpu: Gpu, network: Network, golden: Safetensors): Promise<Check[]> {
  const sampler = new Sampler(gpu, network);
  const checks: Check[] = [];
  for (const recorded of recordedRuns({ golden, config: network.config })) {
    const run = await sampler.begin(runSpec(recorded, network, golden));
    for (let stage = 0; stage < run.stages.length; stage++) run.submit(stage);
    checks.push(check(`sample.${recorded.name}`, await run.latents(), golden, runBounds(recorded.guidance)));
    run.dispose();
  }
  await sampler.dispose();
  return checks;
}

function runSpec(run: RecordedRun, { config }: Network, golden: Safetensors): RunSpec {
  return {
    ...run,
    noise: golden.float32('sample.noise'),
    nullLabel: config.numClasses,
    stages: solve(run.solver, run.steps),
    ...(run.solver === 'sde' ? { stepNoise: recordedStepNoise(golden, run) } : {}),
  };
}

function check(what: string, actual: Float32Array, golden: Safetensors, bounds: Bounds): Check {
  const expected = golden.float32(what);
  if (actual.length !== expected.length || expected.length === 0) {
    throw mismatch(`“${what}” has ${expected.length} values; this network computes ${actual.length}.`);
  }
  return { what, ...compare(actual, expected, bounds) };
}
