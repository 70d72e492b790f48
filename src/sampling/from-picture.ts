import type { Stage } from './solvers.ts';

/**
 * Solver steps that a drawing which begins with a picture runs: the last round(strength·steps) of all, one at least.
 * @param strength 0 < strength ≤ 1; 1 is all of them, as without a picture
 */
export function stepsAt(strength: number, steps: number): number {
  return Math.min(steps, Math.max(1, Math.round(strength * steps)));
}

/** A state, and the stages that take it to t = 0. */
export interface Start {
  /** [C·H·W], at the time of the first stage. */
  readonly noise: Float32Array<ArrayBuffer>;
  readonly stages: readonly Stage[];
}

/**
 * Where the last `steps` solver steps start when a picture is what they are to come near: SDEdit (Meng et al. 2022,
 * section 3) on the path of the rectified flow, x_t = (1-t)·x + t·noise at the time t of the first of these steps.
 * @param latents of the picture, x [C·H·W]
 * @param noise of the seed [C·H·W]
 * @param stages of the whole run
 */
export function startFrom(latents: Float32Array, { noise, stages }: Start, steps: number): Start {
  const all = (stages.at(-1)?.step ?? -1) + 1;
  const last = stages.filter(({ step }) => step >= all - steps);
  const t = last[0]?.t ?? 0;
  return { noise: noise.map((value, i) => (1 - t) * latents[i]! + t * value), stages: last };
}
