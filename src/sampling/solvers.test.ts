import { describe, expect, it } from 'vitest';
import { type ReferenceRun, sample } from '../../test/reference/sampling.ts';
import { MAX_STEPS, SOLVERS, type SolverName, type Stage, solve } from './solvers.ts';

/** What the engine does with stages, for one number in place of an image. */
function integrate(
  stages: readonly Stage[],
  start: number,
  v: (x: number, t: number) => number,
  noise: number[],
): number {
  let base = start;
  let state = start;
  let previous = 0;
  for (const stage of stages) {
    const slope = v(state, stage.t);
    const drawn = stage.noise === 0 ? 0 : noise[stage.step]!;
    state = stage.base * base + stage.velocity * slope + stage.previous * previous + stage.noise * drawn;
    if (stage.commits) base = state;
    previous = slope;
  }
  return state;
}

const bent = (x: number, t: number) => Math.sin(3 * x) + t * x - 0.5;
const noise = Array.from({ length: 24 }, (_, i) => Math.cos(7 * i));

describe.each(SOLVERS)('%s', (solver) => {
  it.each([1, 2, 3, 8, 25])('does in stages what the formulas do at once, %d steps', (steps) => {
    const run: ReferenceRun = {
      noise: [0.8],
      label: 0,
      nullLabel: 0,
      solver,
      steps,
      budget: 1,
      guidance: { kind: 'none', scale: 1, budget: 1, interval: [0, 1] },
      stepNoise: (step) => [noise[step]!],
    };
    const [expected] = sample((x, t) => x.map((value) => bent(value, t)), run);
    expect(integrate(solve(solver, steps), 0.8, bent, noise)).toBeCloseTo(expected!, 13);
  });

  it('asks from t = 1 down, never at 0, and knows its steps', () => {
    const stages = solve(solver, 7);
    expect(stages[0]!.t).toBe(1);
    expect(Math.min(...stages.map(({ t }) => t))).toBeGreaterThan(0);
    expect(new Set(stages.map(({ step }) => step))).toEqual(new Set([0, 1, 2, 3, 4, 5, 6]));
    expect(stages.at(-1)).toMatchObject({ commits: true, noise: 0, step: 6 });
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, MAX_STEPS + 1])('refuses %d steps', (steps) => {
    const refused = expect.objectContaining({ code: 'request-invalid', message: expect.stringContaining('steps') });
    expect(() => solve(solver, steps)).toThrow(refused);
  });
});

describe('the stages', () => {
  it.each<[SolverName, number]>([
    ['euler', 8],
    ['heun', 15],
    ['sde', 8],
  ])('%s calls the network %d times in 8 steps', (solver, calls) => {
    expect(solve(solver, 8)).toHaveLength(calls);
  });

  it('meet the ends of guidance intervals exactly', () => {
    for (const steps of [4, 8, 20, 100]) {
      const times = solve('euler', steps).map(({ t }) => t);
      expect(times).toEqual(expect.arrayContaining([0.25, 0.5, 0.75]));
    }
    expect(solve('euler', 10).map(({ t }) => t)).toEqual([1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1]);
  });

  it('of the SDE run from 1 to 0.04 and end without noise', () => {
    const stages = solve('sde', 7);
    expect(stages.map(({ t }) => t)).toEqual([1, 0.84, 0.68, 0.52, 0.36, 0.2, 0.04].map((t) => expect.closeTo(t, 14)));
    expect(stages.at(-1)).toMatchObject({ t: 0.04, noise: 0 });
    expect(stages[0]!.noise).toBeCloseTo(Math.sqrt(2 * 0.16), 14);
  });

  it.each<[SolverName, number]>([
    ['euler', 1],
    ['heun', 2],
  ])('%s is of order %d', (solver, order) => {
    const decay = (x: number) => x; // dx/dt = x from t = 1 down to 0: x·e⁻¹, Heun's last step aside
    const error = (steps: number) => Math.abs(integrate(solve(solver, steps), 1, decay, []) - Math.exp(-1));
    expect(Math.log2(error(200) / error(400))).toBeCloseTo(order, 1);
  });
});
