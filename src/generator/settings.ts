import { ElitError } from '../errors.ts';
import { fullBudget } from '../model/config.ts';
import type { Manifest } from '../model/manifest.ts';
import { findStyle, findSubject } from '../model/subjects.ts';
import { checkGuidance, type Guidance } from '../sampling/guidance.ts';
import { MAX_STEPS, SOLVERS } from '../sampling/solvers.ts';
import { resolvePrompt } from './prompt.ts';
import { resolvePicture } from './start-picture/check-picture.ts';
import type { GenerateRequest, GuidanceRequest, Settings, Variation } from './types.ts';

const MAX_SEED = 2 ** 32 - 1;
const ANY = 'any';
const WHOLE_RUN = [0, 1] as const;
/** “Cheap” guidance is at its cheapest by default. */
const GUIDING_BUDGET = 1;

/** What a model draws with when it is asked for nothing in particular; the seed is null, for one at random. */
export function defaultSettings({ defaults }: Manifest): Settings {
  return {
    subject: ANY,
    style: ANY,
    seed: null,
    steps: defaults.steps,
    budget: defaults.budget,
    guidance: { kind: 'cfg', scale: defaults.guidance, budget: GUIDING_BUDGET, interval: WHOLE_RUN },
    solver: defaults.solver,
  };
}

/**
 * Checks a request against the model and fills in what it leaves out.
 * @throws ElitError 'request-invalid' for a value out of range or a prompt that cannot be read, 'name-unknown' for a subject or style the model lacks
 */
export function resolveSettings(request: GenerateRequest, model: Manifest): Settings {
  const defaults = defaultSettings(model);
  const drawn = resolveSubject(request, model);
  const style = findStyle(model, request.style ?? defaults.style);
  if (request.noise !== undefined) checkNoise(request.noise, latentLength(model), request.seed);
  const variation = request.variation ?? undefined;
  if (variation !== undefined) checkVariation(variation, request.noise !== undefined);
  return {
    ...drawn,
    style: model.styles[style] ?? defaults.style,
    seed: request.noise === undefined ? integer('seed', request.seed ?? randomSeed(), 0, MAX_SEED) : null,
    ...(variation === undefined ? {} : { variation: { seed: variation.seed, amount: variation.amount } }),
    steps: integer('number of steps', request.steps ?? defaults.steps, 1, MAX_STEPS),
    budget: integer('budget', request.budget ?? defaults.budget, 1, fullBudget(model.config)),
    guidance: resolveGuidance(request.guidance ?? defaults.guidance, fullBudget(model.config)),
    solver: oneOf('solver', request.solver ?? defaults.solver, SOLVERS),
    ...resolvePicture(request, model),
  };
}

/** What to draw: a subject, or a prompt, which settings have beside the subject “any”. */
function resolveSubject(request: GenerateRequest, model: Manifest): Pick<Settings, 'subject' | 'prompt'> {
  const subject = findSubject(model, request.subject ?? ANY);
  const label = (row: number) => model.subjects[row]?.label ?? ANY;
  if (request.prompt === undefined) return { subject: label(subject) };
  if (label(subject) !== ANY) {
    throw invalid('The request has a prompt and a subject too.', 'Give only one of them.');
  }
  const read = resolvePrompt(request.prompt, model);
  return 'subject' in read ? { subject: label(read.subject) } : { subject: ANY, prompt: read.prompt };
}

/** Numbers in the latents of one image, C·H·W. */
export function latentLength({ latent }: Manifest): number {
  return latent.channels * latent.height * latent.width;
}

function resolveGuidance(asked: number | GuidanceRequest, maxBudget: number): Guidance {
  const wanted: GuidanceRequest = typeof asked === 'number' ? { kind: 'cfg', scale: asked } : asked;
  const guidance = {
    kind: wanted.kind,
    scale: wanted.scale,
    budget: wanted.budget ?? GUIDING_BUDGET,
    interval: wanted.interval ?? WHOLE_RUN,
  };
  checkGuidance(guidance, maxBudget);
  return guidance;
}

function checkNoise(noise: Float32Array, expected: number, seed: number | undefined): void {
  if (seed !== undefined) {
    throw invalid(
      'The request has a seed and noise too.',
      'Give only one of them: a seed stands for noise of its own.',
    );
  }
  if (!(noise instanceof Float32Array)) {
    throw invalid('The noise is not a Float32Array.', `Give a Float32Array of ${expected} numbers, or a seed.`);
  }
  if (noise.length !== expected) {
    throw invalid(`The noise has ${noise.length} numbers, but this model starts from ${expected}.`, 'Or give a seed.');
  }
  const bad = noise.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw invalid(`The noise holds ${noise[bad]} at place ${bad}.`, 'Give finite numbers only, or a seed.');
  }
}

function checkVariation({ seed, amount }: Variation, hasNoise: boolean): void {
  if (hasNoise) {
    throw invalid('The request has noise and a variation too.', 'Give a seed: only between two seeds is there a way.');
  }
  integer('seed of the variation', seed, 0, MAX_SEED);
  if (amount >= 0 && amount <= 1) return;
  throw invalid(`The amount of variation is ${show(amount)}.`, 'Give a number from 0 to 1.');
}

function integer(what: string, value: number, low: number, high: number): number {
  if (Number.isInteger(value) && value >= low && value <= high) return value;
  throw invalid(`The ${what} is ${show(value)}.`, `Give a whole number from ${low} to ${high}.`);
}

function oneOf<T extends string>(what: string, value: T, allowed: readonly T[]): T {
  if (allowed.includes(value)) return value;
  throw invalid(`The ${what} is ${show(value)}.`, `Give one of: ${allowed.join(', ')}.`);
}

function randomSeed(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
}

function show(value: unknown): string {
  return typeof value === 'string' ? `“${value}”` : String(value);
}

function invalid(message: string, hint: string): ElitError {
  return new ElitError('request-invalid', message, hint);
}
