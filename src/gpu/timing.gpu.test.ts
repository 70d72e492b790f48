import { describe, expect, it } from 'vitest';
import { onGpu } from '../../test/support/gpu.ts';
import { rmsNorm } from '../kernels/rms-norm/rms-norm.ts';
import { NO_STAGE, Program, StageTable } from './program.ts';
import { timeLaunches, timeProgram } from './timing.ts';

describe('timeProgram', () => {
  it.each(['part', 'kernel'] as const)('adds up launches, arithmetic and time by %s', (by) =>
    onGpu(async (bench) => {
      const { gpu } = bench;
      const [rows, width] = [8, 64];
      const [x, scale] = [
        bench.floats(new Float32Array(rows * width).fill(3)),
        bench.floats(new Float32Array(width).fill(2)),
      ];
      const parts = ['head', 'core', 'core', 'head'];
      const outputs = parts.map(() => bench.room(rows * width));
      const dispatches = parts.map((part, i) => {
        return rmsNorm({ label: `norm ${i}`, part, input: x, scale, output: outputs[i]!, rows, width });
      });
      const program = await Program.build(gpu, 'norms', dispatches);
      const table = new StageTable(gpu, [NO_STAGE]);
      const timed = await timeProgram(gpu, program, table, { by, repeats: 3 });
      const flops = dispatches[0]!.flops;
      const expected = {
        part: [
          { name: 'head', flops: 2 * flops, dispatches: 2 },
          { name: 'core', flops: 2 * flops, dispatches: 2 },
        ],
        kernel: [{ name: 'rms-norm', flops: 4 * flops, dispatches: 4 }],
      };
      expect(timed).toMatchObject(expected[by]);
      for (const { ms } of timed) expect(ms).toBeGreaterThanOrEqual(0);
      for (const output of outputs) expect((await bench.result(output, rows * width))[7]).toBeCloseTo(2, 4);
      table.dispose();
      program.dispose();
    }),
  );
});

describe('timeLaunches', () => {
  it('times every launch, and together they take no longer than the wall’s clock shows', () =>
    onGpu(async (bench) => {
      const { gpu } = bench;
      const [rows, width] = [64, 256];
      const [x, scale] = [bench.floats(new Float32Array(rows * width).fill(3)), bench.floats(new Float32Array(width))];
      const outputs = [bench.room(rows * width), bench.room(rows * width), bench.room(rows * width)];
      const program = await Program.build(
        gpu,
        'norms',
        outputs.map((output) => rmsNorm({ label: 'norm', part: 'test', input: x, scale, output, rows, width })),
      );
      const table = new StageTable(gpu, [NO_STAGE]);
      const timed = await timeLaunches(gpu, program, table);
      expect(timed === null).toBe(!gpu.device.features.has('timestamp-query'));
      if (timed) {
        expect(timed.launchMs).toHaveLength(outputs.length);
        const sum = timed.launchMs.reduce((total, ms) => total + ms, 0);
        expect(sum).toBeGreaterThan(0);
        expect(sum).toBeLessThanOrEqual(timed.wallMs);
      }
      table.dispose();
      program.dispose();
    }));
});
