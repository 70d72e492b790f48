import { describe, it } from 'vitest';
import * as ops from '../../../test/reference/ops.ts';
import { expectClose } from '../../../test/support/compare.ts';
import { type Bench, onGpu } from '../../../test/support/gpu.ts';
import { normals, stored } from '../../../test/support/numbers.ts';
import { readSafetensors } from '../../../test/support/recorded.ts';
import { NO_STAGE } from '../../gpu/program.ts';
import { type MatmulOptions, matmul } from './matmul.ts';

const BOUNDS = { max: 5e-6, l2: 2e-6 };
/** Normalised values, products and sums of 8 rounded to 11 bits. */
const HALF_BOUNDS = { max: 2e-3, l2: 1e-3 };
const boundsOf = (variant: string) => (variant.startsWith('f16') ? HALF_BOUNDS : BOUNDS);

/** LN(x)·(1 + scale) + shift by the lines of a random table, then a random layer; the oracle's and the kernel's. */
async function expectNormalized(
  bench: Bench,
  x: ops.Matrix,
  outputs: number,
  what: string,
  { images = 1, firstImage = 0, row = 0 } = {},
): Promise<void> {
  const inputs = x.cols;
  const weight = stored('F16', normals(21, outputs, inputs, inputs ** -0.5).data);
  const bias = normals(22, 1, outputs);
  const table = normals(23, row + firstImage + images, 2 * inputs, 0.5); // scale, then shift
  const lines = Array.from({ length: images }, (_, image) => row + firstImage + image);
  const [scale, shift] = ops.split(ops.pickRows(table, lines), 2) as [ops.Matrix, ops.Matrix];
  const normalized = ops.modulate(ops.layerNorm(x), shift, scale);
  const expected = ops.linear(normalized, { weight: weight.values, bias: bias.data });
  const output = bench.room(expected.data.length);
  const dispatch = matmul({
    variants: bench.variants,
    label: what,
    part: 'test',
    linear: { weight: bench.bytes(weight.bytes), bias: bench.floats(bias.data), type: 'F16', inputs, outputs },
    input: bench.floats(x.data),
    output,
    rows: x.rows,
    rowsPerImage: x.rows / images,
    firstImage,
    prologue: 'normalize',
    modulation: { table: bench.floats(table.data), width: 2 * inputs, shift: inputs, scale: 0, gate: 0 },
  });
  const check = async (variant: string) => {
    const actual = await bench.result(output, expected.data.length);
    expectClose(actual, expected.data, `${what} by ${variant}`, {
      shape: [x.rows, outputs],
      bounds: boundsOf(variant),
    });
  };
  await bench.runEach([dispatch], check, { ...NO_STAGE, row });
}

/** The prologue alone: the product is with the identity, the modulation is none. */
async function expectAlone(
  bench: Bench,
  x: ops.Matrix,
  prologue: NonNullable<MatmulOptions['prologue']>,
  expected: ArrayLike<number>,
  what: string,
): Promise<void> {
  const width = x.cols;
  const identity = Float32Array.from({ length: width * width }, (_, i) => Number(i % (width + 1) === 0));
  const output = bench.room(x.data.length);
  const dispatch = matmul({
    variants: bench.variants,
    label: what,
    part: 'test',
    linear: { weight: bench.floats(identity), bias: null, type: 'F32', inputs: width, outputs: width },
    input: bench.floats(x.data),
    output,
    rows: x.rows,
    prologue,
    modulation: { table: bench.floats(new Float32Array(width)), width, shift: 0, scale: 0, gate: 0 },
  });
  await bench.runEach([dispatch], async (variant) => {
    const actual = await bench.result(output, x.data.length);
    expectClose(actual, expected, `${what} by ${variant}`, { shape: [x.rows, width], bounds: BOUNDS });
  });
}

const twice = (values: ArrayLike<number>) => [...Array.from(values), ...Array.from(values)];

describe('LayerNorm with modulation', () => {
  it.each([
    { images: 1, rowsPerImage: 1, inputs: 12, outputs: 8, firstImage: 0, row: 0 },
    { images: 2, rowsPerImage: 3, inputs: 20, outputs: 12, firstImage: 1, row: 0 },
    { images: 3, rowsPerImage: 5, inputs: 4, outputs: 20, firstImage: 0, row: 4 },
    { images: 2, rowsPerImage: 17, inputs: 144, outputs: 36, firstImage: 1, row: 6 },
    { images: 5, rowsPerImage: 18, inputs: 8, outputs: 68, firstImage: 0, row: 5 },
    { images: 1, rowsPerImage: 64, inputs: 72, outputs: 8, firstImage: 0, row: 1 },
  ])('$images images of $rowsPerImage rows, $inputs to $outputs, line $row', (c) =>
    onGpu((bench) =>
      expectNormalized(bench, normals(20, c.images * c.rowsPerImage, c.inputs), c.outputs, 'product', c),
    ),
  );

  it.each([3, 18])('a common mean of 1000 and a deviation of a hundredth, %d rows', (rows) =>
    onGpu(async (bench) => {
      const x = normals(24, rows, 144, 0.01);
      await expectNormalized(
        bench,
        { ...x, data: x.data.map((value) => Math.fround(1000 + value)) },
        20,
        'common mean',
      );
    }),
  );

  it('a mean of its own in every row, up to a million times the deviation', () =>
    onGpu(async (bench) => {
      const x = normals(25, 18, 144, 0.1);
      const mean = (row: number) => (-10) ** (row % 6);
      const data = x.data.map((value, i) => Math.fround(mean(Math.floor(i / 144)) + value));
      await expectNormalized(bench, { ...x, data }, 20, 'means');
    }));

  it('one channel a thousand deviations out, wherever it is', () =>
    onGpu(async (bench) => {
      const width = 36;
      const x = normals(26, width, width); // row r has its outlier in channel r
      const data = x.data.map((value, i) => (i % (width + 1) === 0 ? 1000 : value) + 5);
      await expectNormalized(bench, { ...x, data: data.map(Math.fround) }, 20, 'outlier');
    }));

  it('rows that are constant', () =>
    onGpu((bench) =>
      expectNormalized(bench, { ...normals(0, 5, 20), data: new Float64Array(100).fill(3.25) }, 8, 'flat'),
    ));

  it.each(['unit', 'small', 'tiny'])('as recorded, on %s values', (size) =>
    onGpu(async (bench) => {
      const golden = await readSafetensors('test/fixtures/reference/ops.golden.safetensors');
      const [x, y] = [golden.float32(`layernorm.${size}.x`), golden.float32(`layernorm.${size}.y`)];
      await expectAlone(bench, ops.matrix(x, 144), 'normalize', y, 'three rows');
      await expectAlone(bench, ops.matrix(twice(x), 144), 'normalize', twice(y), 'six rows');
    }),
  );
});

describe('SiLU', () => {
  it.each([3, 17])('%d rows, small and large values', (rows) =>
    onGpu(async (bench) => {
      const x = normals(27, rows, 20, 4);
      x.data.set([80, -80, 0, 1e-20, -1e-20, -20, 20]);
      await expectAlone(bench, x, 'silu', ops.silu(x).data, 'silu');
    }),
  );
});
