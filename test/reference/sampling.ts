import type { Guidance } from '../../src/sampling/guidance.ts';
import type { SolverName } from '../../src/sampling/solvers.ts';

/** What a network that reads text is told of an image: an embedding, null for none, and a row of the style table. */
export interface Text {
  readonly embedding: ArrayLike<number> | null;
  readonly style: number;
}

/** The velocity of one image [C·H·W] at a time, for a class or a text, and a budget in latents a group. */
export type Velocity = (x: Float64Array, t: number, label: number | Text, budget: number) => Float64Array;

/** One sampling run of one image. */
export interface ReferenceRun {
  readonly noise: ArrayLike<number>;
  readonly label: number | Text;
  readonly nullLabel: number | Text;
  readonly solver: SolverName;
  readonly steps: number;
  readonly budget: number;
  readonly guidance: Guidance;
  /** The noise that SDE step s draws. */
  readonly stepNoise?: (step: number) => ArrayLike<number>;
  /** Latents to begin with (SDEdit), and how much of the run is left to the model, 0 to 1. */
  readonly picture?: { readonly latents: ArrayLike<number>; readonly strength: number };
}

/** A whole run, written as the formulas stand, in double precision: the latents at t = 0. */
export function sample(velocity: Velocity, run: ReferenceRun): Float64Array {
  const guided = (x: Float64Array, t: number) => guidedVelocity(velocity, run, x, t);
  const first = firstStep(run);
  const start = startOf(run, run.solver === 'sde' ? linspace(1, 0.04, run.steps, first) : 1 - first / run.steps);
  switch (run.solver) {
    case 'euler':
      return euler(guided, start, run.steps, first);
    case 'heun':
      return heun(guided, start, run.steps, first);
    case 'sde':
      return eulerMaruyama(guided, start, run, first);
  }
}

/** The steps before it are left out. */
function firstStep({ steps, picture }: ReferenceRun): number {
  return picture === undefined ? 0 : Math.min(steps - 1, steps - Math.round(picture.strength * steps));
}

/** (1-t)·x + t·noise; all of it noise where there is no picture. */
function startOf({ noise, picture }: ReferenceRun, t: number): Float64Array {
  const start = Float64Array.from(noise);
  if (picture === undefined) return start;
  return start.map((value, i) => (1 - t) * picture.latents[i]! + t * value);
}

type Field = (x: Float64Array, t: number) => Float64Array;

function euler(v: Field, start: Float64Array, steps: number, first: number): Float64Array {
  let x = start;
  for (let i = first; i < steps; i++) {
    const [t, next] = [(steps - i) / steps, (steps - i - 1) / steps];
    x = moved(x, next - t, v(x, t));
  }
  return x;
}

function heun(v: Field, start: Float64Array, steps: number, first: number): Float64Array {
  let x = start;
  for (let i = first; i < steps; i++) {
    const [t, next] = [(steps - i) / steps, (steps - i - 1) / steps];
    const slope = v(x, t);
    const trial = moved(x, next - t, slope);
    if (i === steps - 1) return trial;
    const slopeThere = v(trial, next);
    x = moved(
      x,
      next - t,
      slope.map((value, j) => 0.5 * (value + slopeThere[j]!)),
    );
  }
  return x;
}

function eulerMaruyama(v: Field, start: Float64Array, { steps, stepNoise }: ReferenceRun, first: number): Float64Array {
  let x = start;
  for (let i = first; i < steps; i++) {
    const last = i === steps - 1;
    const t = linspace(1, 0.04, steps, i);
    const dt = (last ? 0 : linspace(1, 0.04, steps, i + 1)) - t;
    const w = 2 * t;
    const slope = v(x, t);
    const state = x;
    const score = slope.map((value, j) => -((1 - t) * value + state[j]!) / t);
    const drift = slope.map((value, j) => value - 0.5 * w * score[j]!);
    x = moved(x, dt, drift);
    if (last) continue;
    if (stepNoise === undefined) throw new Error('an SDE run needs noise for its steps');
    x = moved(x, Math.sqrt(w) * Math.sqrt(Math.abs(dt)), stepNoise(i));
  }
  return x;
}

function guidedVelocity(velocity: Velocity, run: ReferenceRun, x: Float64Array, t: number): Float64Array {
  const { kind, scale, interval, budget } = run.guidance;
  const conditional = velocity(x, t, run.label, run.budget);
  if (kind === 'none' || scale <= 1 || t < interval[0] || t > interval[1]) return conditional;
  const label = kind === 'autoguidance' ? run.label : run.nullLabel;
  const guiding = velocity(x, t, label, kind === 'cfg' ? run.budget : budget);
  return guiding.map((value, i) => value + scale * (conditional[i]! - value));
}

function moved(x: Float64Array, by: number, direction: ArrayLike<number>): Float64Array {
  return x.map((value, i) => value + by * direction[i]!);
}

function linspace(from: number, to: number, count: number, i: number): number {
  return count === 1 ? from : (from * (count - 1 - i) + to * i) / (count - 1);
}
