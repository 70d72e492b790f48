import { ElitError } from '../errors.ts';

export const SOLVERS = ['euler', 'heun', 'sde'] as const;
export type SolverName = (typeof SOLVERS)[number];

export const MAX_STEPS = 1000;

/**
 * One call of the network and the update it feeds:
 * next = base·x + velocity·v + previous·v_prev + noise·ε, with v the (guided) velocity at `t`,
 * v_prev the velocity of the stage before, and ε fresh Gaussian noise (stream `step + 1` of the seed).
 */
export interface Stage {
  /** The solver step this stage belongs to, 0 .. steps-1. */
  readonly step: number;
  /** The time the network is asked at. */
  readonly t: number;
  readonly base: number;
  readonly velocity: number;
  readonly previous: number;
  readonly noise: number;
  /** False for a trial state (Heun's first stage): the next stage starts from the same base x again. */
  readonly commits: boolean;
}

const PLANS: Readonly<Record<SolverName, (steps: number) => Stage[]>> = { euler, heun, sde };

/**
 * The stages that take the noise at t = 1 to the image at t = 0.
 * @throws ElitError request-invalid unless `steps` is a whole number from 1 to MAX_STEPS
 */
export function solve(solver: SolverName, steps: number): Stage[] {
  if (!Number.isInteger(steps) || steps < 1 || steps > MAX_STEPS) {
    throw new ElitError(
      'request-invalid',
      `The number of steps is ${steps}.`,
      `Give a whole number, 1 to ${MAX_STEPS}.`,
    );
  }
  return PLANS[solver](steps);
}

/** Euler on a uniform grid: x += (t' - t)·v(x, t). */
function euler(steps: number): Stage[] {
  return intervals(uniformGrid(steps)).map(eulerStage);
}

/** The trapezoid rule, x + (t' - t)·½(v(x, t) + v(x_euler, t')), on all steps but the last, which is Euler. */
function heun(steps: number): Stage[] {
  return intervals(uniformGrid(steps)).flatMap((interval) => {
    const predictor = eulerStage(interval);
    if (interval.last) return [predictor];
    const half = interval.dt / 2;
    const corrector = { ...predictor, t: interval.to, velocity: half, previous: half };
    return [{ ...predictor, commits: false }, corrector];
  });
}

/**
 * Euler-Maruyama with diffusion w(t) = 2t. The score of the linear path is s = -((1-t)·v + x)/t, so that the drift
 * v - ½·w·s is (2-t)·v + x; each step but the last, down to 0, adds √w·√|dt| times fresh noise.
 */
function sde(steps: number): Stage[] {
  return intervals([...scoreGrid(steps), 0]).map((interval) => {
    const { from: t, dt } = interval;
    const noise = interval.last ? 0 : Math.sqrt(2 * t * Math.abs(dt));
    return { ...eulerStage(interval), base: 1 + dt, velocity: dt * (2 - t), noise };
  });
}

interface Interval {
  readonly step: number;
  readonly from: number;
  readonly to: number;
  /** to - from, below 0. */
  readonly dt: number;
  readonly last: boolean;
}

function eulerStage({ step, from, dt }: Interval): Stage {
  return { step, t: from, base: 1, velocity: dt, previous: 0, noise: 0, commits: true };
}

function intervals(grid: readonly number[]): Interval[] {
  return grid.slice(1).map((to, step) => {
    const from = grid[step]!;
    return { step, from, to, dt: to - from, last: step === grid.length - 2 };
  });
}

/** 1 .. 0 in equal steps, each a single division: the ends of a guidance interval such as 0.25 are met exactly. */
function uniformGrid(steps: number): number[] {
  return Array.from({ length: steps + 1 }, (_, i) => (steps - i) / steps);
}

/** The score divides by t, so the last noisy step ends a little above 0. */
const LAST_NOISY_TIME = 0.04;

/** 1 .. LAST_NOISY_TIME in `steps` places; one place alone is 1. */
function scoreGrid(steps: number): number[] {
  const gaps = Math.max(1, steps - 1);
  return Array.from({ length: steps }, (_, i) => (gaps - i + i * LAST_NOISY_TIME) / gaps);
}
