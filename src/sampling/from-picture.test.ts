import { describe, expect, it } from 'vitest';
import { normals } from '../../test/support/numbers.ts';
import { startFrom, stepsAt } from './from-picture.ts';
import { type SolverName, solve } from './solvers.ts';

const noise = new Float32Array(normals(1, 1, 6).data);
const latents = new Float32Array(normals(2, 1, 6).data);

describe('stepsAt', () => {
  it.each([
    [1, 20, 20],
    [0.6, 20, 12],
    [0.05, 20, 1],
    [0.01, 20, 1],
    [0.5, 5, 3], // a half is rounded up
    [0.99, 4, 4],
    [0.3, 1, 1],
  ])('of strength %d and %d steps is %d', (strength, steps, expected) => {
    expect(stepsAt(strength, steps)).toBe(expected);
  });
});

describe('startFrom', () => {
  it('runs the last steps, from the picture and the noise mixed at the time of the first of them', () => {
    const whole = { noise, stages: solve('euler', 5) };
    const { noise: start, stages } = startFrom(latents, whole, 2);
    expect(stages.map(({ t }) => t)).toEqual([0.4, 0.2]);
    expect(stages.map(({ step }) => step)).toEqual([3, 4]);
    for (const [i, value] of start.entries()) expect(value).toBeCloseTo(0.6 * latents[i]! + 0.4 * noise[i]!, 6);
  });

  it('is the whole run from the noise, to the bit, at all steps', () => {
    for (const solver of ['euler', 'heun', 'sde'] as const) {
      const whole = { noise, stages: solve(solver, 3) };
      expect(startFrom(latents, whole, 3)).toEqual(whole);
    }
  });

  it.each<[SolverName, number[]]>([
    ['heun', [0.5, 0.25, 0.25]], // a trial, its correction, and the last step
    ['sde', [0.36, 0.04]],
  ])('takes the stages of whole steps: %s', (solver, times) => {
    const { stages } = startFrom(latents, { noise, stages: solve(solver, 4) }, 2);
    expect(stages.map(({ t }) => Number(t.toFixed(10)))).toEqual(times);
  });

  it('lands on the picture where the velocity is the true one: x_t - t·(noise - x) is x at every start', () => {
    for (const steps of [1, 2, 3, 4]) {
      const { noise: start, stages } = startFrom(latents, { noise, stages: solve('euler', 4) }, steps);
      const end = stages.reduce((x, stage) => x.map((v, i) => v + stage.velocity * (noise[i]! - latents[i]!)), start);
      for (const [i, value] of end.entries()) expect(value).toBeCloseTo(latents[i]!, 5);
    }
  });
});
