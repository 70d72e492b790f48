import { describe, it } from 'vitest';
import * as ops from '../../../test/reference/ops.ts';
import { expectClose } from '../../../test/support/compare.ts';
import { type Bench, onGpu } from '../../../test/support/gpu.ts';
import { normals } from '../../../test/support/numbers.ts';
import { readSafetensors } from '../../../test/support/recorded.ts';
import { rmsNorm } from './rms-norm.ts';

const BOUNDS = { max: 1e-6, l2: 5e-7 };

async function expectNorm(bench: Bench, x: ops.Matrix, scale: ArrayLike<number>, expected: ArrayLike<number>) {
  const output = bench.room(x.data.length);
  const [input, scales] = [bench.floats(x.data), bench.floats(scale)];
  const sizes = { rows: x.rows, width: x.cols };
  await bench.run([rmsNorm({ label: 'norm', part: 'test', input, scale: scales, output, ...sizes })]);
  const actual = await bench.result(output, x.data.length);
  expectClose(actual, expected, 'RMS norm', { shape: [x.rows, x.cols], bounds: BOUNDS });
}

describe('RMS norm', () => {
  it.each([
    [1, 4],
    [3, 20],
    [5, 252],
    [2, 256],
    [17, 260],
    [1, 1152],
  ])('%d rows of %d', (rows, width) =>
    onGpu(async (bench) => {
      const [x, scale] = [normals(71, rows, width, 30), normals(72, 1, width)];
      await expectNorm(bench, x, scale.data, ops.rmsNorm(x, scale.data).data);
    }),
  );

  it.each(['unit', 'small', 'tiny'])('as recorded, on %s values', (size) =>
    onGpu(async (bench) => {
      const golden = await readSafetensors('test/fixtures/reference/ops.golden.safetensors');
      const [x, scale, y] = ['x', 'scale', 'y'].map((part) => golden.float32(`rmsnorm.${size}.${part}`));
      await expectNorm(bench, ops.matrix(x!, 144), scale!, y!);
    }),
  );

  it('a row of zeros stays one', () =>
    onGpu((bench) => expectNorm(bench, ops.matrix(2, 20), normals(72, 1, 20).data, new Float32Array(40))));
});
