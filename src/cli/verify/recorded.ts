import { ElitError } from '../../errors.ts';
import { fullBudget, latentsForFraction, type NetworkConfig } from '../../model/config.ts';
import { JsonObject } from '../../model/json-object.ts';
import type { Safetensors } from '../../model/safetensors.ts';
import type { Guidance, GuidanceKind } from '../../sampling/guidance.ts';
import { MAX_STEPS, type SolverName } from '../../sampling/solvers.ts';
import { type Bounds, STATE_BOUNDS } from './difference.ts';

/** What a golden file says of a network: its states at some budgets, and whole sampling runs. */
export interface Recorded {
  readonly config: NetworkConfig;
  readonly golden: Safetensors;
}

/** One recorded sampling run; its result is the golden tensor `sample.NAME`. */
export interface RecordedRun {
  readonly name: string;
  readonly solver: SolverName;
  readonly steps: number;
  readonly label: number;
  /** Latents a group. */
  readonly budget: number;
  readonly guidance: Guidance;
}

/**
 * The budgets whose states are recorded, with the prefix of their tensors; a plain SiT has one, without prefix.
 * @throws ElitError weights-mismatch when the file is of a model with other groups
 */
export function recordedBudgets({ golden, config }: Recorded): { budget: number; prefix: string }[] {
  const n = fullBudget(config);
  const budgets = new Map<string, number>();
  for (const name of golden.names()) {
    const match = /^budget_(\d+)_of_(\d+)\./.exec(name);
    if (match === null) continue;
    if (Number(match[2]) !== n) {
      throw mismatch(`“${name}” is of a model with groups of ${match[2]} latents; this one has ${n}.`);
    }
    budgets.set(match[0], Number(match[1]));
  }
  if (budgets.size === 0) return [{ budget: n, prefix: '' }];
  return [...budgets].map(([prefix, budget]) => ({ budget, prefix })).sort((a, b) => a.budget - b.budget);
}

/** The recorded states of one budget, as full tensor names. */
export function recordedStates(golden: Safetensors, prefix: string): string[] {
  const others = ['x', 't', 'y'];
  return golden.names().filter((name) => {
    return name.startsWith(prefix) && !name.startsWith('sample.') && !others.includes(name);
  });
}

/** @throws ElitError weights-mismatch for a result without settings and for settings that mean nothing */
export function recordedRuns({ golden, config }: Recorded): RecordedRun[] {
  const settings = samplers(golden);
  const unlisted = golden.names().filter((name) => {
    return /^sample\.[^.]+$/.test(name) && name !== 'sample.noise' && !settings.has(name.slice('sample.'.length));
  });
  if (unlisted.length > 0) throw mismatch(`There are no settings for ${unlisted.join(', ')}.`);
  return settings.keys().map((name) => recordedRun(name, settings.object(name), config));
}

/** The noise that each step of a recorded SDE run drew; asking for it throws weights-mismatch when it is not there. */
export function recordedStepNoise(golden: Safetensors, run: RecordedRun): (step: number) => Float32Array<ArrayBuffer> {
  const name = `sample.${run.name}.step_noise`;
  return (step) => {
    const all = golden.float32(name);
    const size = golden.float32('sample.noise').length;
    if (all.length !== size * (run.steps - 1)) throw mismatch(`“${name}” is not the noise of ${run.steps} steps.`);
    return all.slice(step * size, (step + 1) * size);
  };
}

/**
 * How far a whole run may be off. Each guided velocity v_guide + s·(v_cond - v_guide) carries up to s times the error of
 * one call and s - 1 times that of the other, each within the bounds of a state; the steps of a run add up to a time
 * of 1, so that is what arrives at its end.
 */
export function runBounds({ kind, scale }: Guidance): Bounds {
  const growth = kind === 'none' ? 1 : Math.max(1, 2 * scale - 1);
  return { max: STATE_BOUNDS.max * growth, l2: STATE_BOUNDS.l2 * growth };
}

function samplers(golden: Safetensors): JsonObject {
  const text = golden.metadata.samplers ?? '{}';
  try {
    return new JsonObject(JSON.parse(text), 'samplers', mismatch);
  } catch (cause) {
    if (cause instanceof ElitError) throw cause;
    throw mismatch(`The settings of the recorded runs are not JSON: ${String(cause)}.`, cause);
  }
}

function recordedRun(name: string, settings: JsonObject, config: NetworkConfig): RecordedRun {
  const n = fullBudget(config);
  const budget = share(settings, 'inference_budget', 1);
  const scale = settings.has('cfg_scale') ? settings.positive('cfg_scale') : 1;
  return {
    name,
    solver: solverOf(settings),
    steps: settings.integer('num_steps', 1, MAX_STEPS),
    label: settings.integer('class', 0, config.numClasses),
    budget: latentsForFraction(budget, n),
    guidance: {
      kind: scale > 1 ? guidanceKind(settings) : 'none',
      scale,
      budget: latentsForFraction(share(settings, 'unconditional_inference_budget', budget), n),
      interval: [share(settings, 'guidance_low', 0), share(settings, 'guidance_high', 1)],
    },
  };
}

function solverOf(settings: JsonObject): SolverName {
  const sampler = settings.oneOf('sampler', ['euler_sampler', 'euler_maruyama_sampler']);
  if (sampler === 'euler_maruyama_sampler') return 'sde';
  return isTrue(settings, 'heun') ? 'heun' : 'euler';
}

function guidanceKind(settings: JsonObject): GuidanceKind {
  if (isTrue(settings, 'autoguidance')) return 'autoguidance';
  return settings.has('unconditional_inference_budget') ? 'ccfg' : 'cfg';
}

const isTrue = (settings: JsonObject, key: string): boolean => settings.has(key) && settings.required(key) === true;

/** A number from 0 to 1. */
function share(settings: JsonObject, key: string, otherwise: number): number {
  const value = settings.has(key) ? settings.required(key) : otherwise;
  if (typeof value === 'number' && value >= 0 && value <= 1) return value;
  throw mismatch(`“${key}” of a recorded run is ${JSON.stringify(value)}, but must be a number from 0 to 1.`);
}

export function mismatch(message: string, cause?: unknown): ElitError {
  const hint = 'Check that the golden file was recorded with this model.';
  return new ElitError('weights-mismatch', message, hint, { cause });
}
