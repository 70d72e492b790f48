import { describe, it } from 'vitest';
import * as layout from '../../../test/reference/layout.ts';
import * as ops from '../../../test/reference/ops.ts';
import { expectClose } from '../../../test/support/compare.ts';
import { onGpu } from '../../../test/support/gpu.ts';
import { normals } from '../../../test/support/numbers.ts';
import { NO_STAGE } from '../../gpu/program.ts';
import { solverStep } from './solver-step.ts';

/** A handful of float32 operations. */
const BOUNDS = { max: 1e-6, l2: 5e-7 };

/** Coefficients that float32 holds exactly: one step each of Euler, Heun's second stage, SDE. */
const STAGES = {
  euler: { t: 0.75, base: 1, velocity: -0.25, previous: 0, noise: 0 },
  heun: { t: 0.5, base: 1, velocity: -0.125, previous: -0.125, noise: 0 },
  sde: { t: 0.875, base: 0.875, velocity: -0.140625, previous: 0, noise: 0.4375 },
};

describe('solver step', () => {
  it.each([
    { solver: 'euler', guided: false, states: 1, channels: 4, patch: 2, grid: 3 },
    { solver: 'euler', guided: true, states: 1, channels: 3, patch: 1, grid: 5 },
    { solver: 'heun', guided: false, states: 2, channels: 4, patch: 1, grid: 4 },
    { solver: 'heun', guided: true, states: 2, channels: 5, patch: 3, grid: 2 },
    { solver: 'sde', guided: false, states: 1, channels: 1, patch: 3, grid: 3 },
    { solver: 'sde', guided: true, states: 3, channels: 4, patch: 2, grid: 4 },
  ] as const)('$solver, guided: $guided, $states states, $channels channels, patch $patch, grid $grid', (c) =>
    onGpu(async (bench) => {
      const { guided, states, channels, patch, grid } = c;
      const stage = { ...NO_STAGE, ...STAGES[c.solver], guidance: 2.5 };
      const rows = states * grid * grid;
      const width = channels * patch * patch;
      const columns = Math.ceil(width / 4) * 4;
      const padded = normals(81, guided ? 2 * rows : rows, columns); // what is behind `width` belongs to no pixel
      const image = (first: number) => {
        const tokens = Array.from({ length: rows }, (_, r) => ops.rowOf(padded, first + r).subarray(0, width));
        return layout.unpatchify(ops.stack(tokens, width), channels, grid, patch);
      };
      const [asked, x, previous, noise] = [82, 83, 84, 85].map((seed) => normals(seed, rows, width).data);
      if (stage.previous === 0) previous!.fill(Number.NaN); // left over from another run
      if (stage.noise === 0) noise!.fill(Number.NaN);
      const guide = guided ? image(rows) : null;
      const v = image(0).map((value, i) => (guide ? guide[i]! + stage.guidance * (value - guide[i]!) : value));
      const next = v.map((value, i) => {
        const before = stage.previous === 0 ? 0 : stage.previous * previous![i]!;
        const drawn = stage.noise === 0 ? 0 : stage.noise * noise![i]!;
        return stage.base * x![i]! + stage.velocity * value + before + drawn;
      });
      const clean = v.map((value, i) => asked![i]! - stage.t * value);

      const results = { next: bench.room(v.length), velocity: bench.room(v.length), clean: bench.room(v.length) };
      const dispatch = solverStep({
        label: 'step',
        part: 'test',
        tokens: bench.floats(padded.data),
        asked: bench.floats(asked!),
        x: bench.floats(x!),
        previous: bench.floats(previous!),
        noise: bench.floats(noise!),
        ...results,
        states,
        guided,
        channels,
        patch,
        grid,
        columns,
      });
      await bench.run([dispatch], stage);
      for (const [what, expected] of Object.entries({ next, velocity: v, clean })) {
        const actual = await bench.result(results[what as keyof typeof results], v.length);
        const shape = [states, channels, grid * patch, grid * patch];
        expectClose(actual, expected, what, { shape, bounds: BOUNDS });
      }
    }),
  );
});
