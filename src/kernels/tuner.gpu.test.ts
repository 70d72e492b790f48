import { describe, expect, it, vi } from 'vitest';
import * as ops from '../../test/reference/ops.ts';
import { expectClose } from '../../test/support/compare.ts';
import { type Bench, onGpu } from '../../test/support/gpu.ts';
import { normals } from '../../test/support/numbers.ts';
import type { Dispatch } from '../gpu/program.ts';
import { matmul } from './matmul/matmul.ts';
import { type Candidate, Tuner } from './tuner.ts';
import { PLAIN_VARIANTS as PLAIN, type Variants } from './variants.ts';

const goOn = new AbortController().signal;

/** A small product and what it has to come to; its own output is not touched by tuning. */
function product(bench: Bench, rows: number, variants = PLAIN) {
  const [x, weight] = [normals(1, rows, 20), normals(2, 36, 20)];
  const output = bench.room(rows * 36);
  const linear = { weight: bench.floats(weight.data), type: 'F32', bias: null, inputs: 20, outputs: 36 } as const;
  const input = bench.floats(x.data);
  const dispatch = matmul({ variants, label: 'product', part: 'test', linear, input, output, rows });
  return { dispatch, output, expected: ops.linear(x, { weight: weight.data, bias: null }) };
}

async function tune(tuner: Tuner, dispatches: readonly Dispatch[]): Promise<Candidate[]> {
  const done: Candidate[] = [];
  for (let next = tuner.next(dispatches); next !== null; next = tuner.next(dispatches)) {
    await tuner.compile(next, dispatches);
    await tuner.measure(next, dispatches, goOn);
    done.push(next);
  }
  return done;
}

describe('the tuner', () => {
  it('measures every member once, the default first, and picks one that computes the same', () =>
    onGpu(async (bench) => {
      const { dispatch, output, expected } = product(bench, 17);
      const { shape, standard, variants } = dispatch.family!;
      const tuner = new Tuner(bench.gpu, PLAIN);
      const measured = await tune(tuner, [dispatch, dispatch]);
      expect(measured.map(({ variant }) => variant).toSorted()).toEqual(variants.toSorted());
      expect(measured[0]).toEqual({ shape, variant: standard });
      const chosen = tuner.variants.chosen[shape];
      expect(variants).toContain(chosen);
      const tuned = product(bench, 17, tuner.variants);
      expect(tuned.dispatch.family!.variant).toBe(chosen);
      await bench.run([tuned.dispatch]);
      const actual = await bench.result(tuned.output, expected.data.length);
      expectClose(actual, expected.data, 'tuned', { bounds: { max: 2e-6, l2: 1e-6 } });
      expect(new Set(await bench.result(output, expected.data.length)).size).toBe(1);
    }));

  it('never picks a member that computes something else, or that does not compile', () =>
    onGpu(async (bench) => {
      const { dispatch } = product(bench, 17);
      const { family } = dispatch;
      const broken = {
        ...dispatch,
        family: {
          ...family!,
          by: (variant: string): Dispatch => {
            const { kernel, ...rest } = family!.by(variant);
            if (variant === family!.standard) return { ...rest, kernel };
            const wrong = kernel.code.replace('out[ungrouped', 'value *= 1.01;\n  out[ungrouped');
            const code = variant === 'direct 4×4' ? 'nonsense' : wrong;
            return { ...rest, kernel: { ...kernel, code } };
          },
        },
      };
      const tuner = new Tuner(bench.gpu, PLAIN);
      await tune(tuner, [broken]);
      expect(tuner.variants.chosen).toEqual({ [family!.shape]: family!.standard });
    }));

  it('takes the shape with the most arithmetic first, and none that is known', () =>
    onGpu(async (bench) => {
      const [small, large] = [product(bench, 3), product(bench, 17)];
      const dispatches = [small.dispatch, large.dispatch];
      const known: Variants = { ...PLAIN, chosen: { [large.dispatch.family!.shape]: 'direct 8×4' } };
      expect(new Tuner(bench.gpu, PLAIN).next(dispatches)?.shape).toBe(large.dispatch.family!.shape);
      expect(new Tuner(bench.gpu, known).next(dispatches)?.shape).toBe(small.dispatch.family!.shape);
      expect(new Tuner(bench.gpu, PLAIN).next([])).toBeNull();
      const tuner = new Tuner(bench.gpu, known);
      tuner.reset();
      expect(tuner.next(dispatches)?.shape).toBe(large.dispatch.family!.shape);
    }));

  it('forgets what it measured while it was called off', () =>
    onGpu(async (bench) => {
      const { dispatch } = product(bench, 17);
      const tuner = new Tuner(bench.gpu, PLAIN);
      const next = tuner.next([dispatch])!;
      const calledOff = new AbortController();
      const read = vi.spyOn(bench.gpu, 'read').mockImplementationOnce(async () => {
        calledOff.abort();
        return new Float32Array(4);
      });
      await tuner.measure(next, [dispatch], calledOff.signal);
      expect(read).toHaveBeenCalled();
      read.mockRestore();
      expect(tuner.next([dispatch])).toEqual(next);
      expect(tuner.variants).toEqual(PLAIN);
    }));
});
