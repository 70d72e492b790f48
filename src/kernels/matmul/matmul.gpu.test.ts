import { describe, it } from 'vitest';
import * as layout from '../../../test/reference/layout.ts';
import * as ops from '../../../test/reference/ops.ts';
import { expectClose } from '../../../test/support/compare.ts';
import { type Bench, onGpu } from '../../../test/support/gpu.ts';
import { normals, stored } from '../../../test/support/numbers.ts';
import { readSafetensors } from '../../../test/support/recorded.ts';
import { NO_STAGE } from '../../gpu/program.ts';
import { keptRows, repeatRows, SAME_ROWS, spreadRows } from '../layout.ts';
import { type Linear, type MatmulOptions, matmul, type WeightType } from './matmul.ts';

/** Sums of up to some hundred float32 products. */
const BOUNDS = { max: 2e-6, l2: 1e-6 };
/** Inputs, products and sums of 8 rounded to 11 bits. */
const HALF_BOUNDS = { max: 2e-3, l2: 1e-3 };
const boundsOf = (variant: string) => (variant.startsWith('f16') ? HALF_BOUNDS : BOUNDS);

/** A linear layer with random weights, on the GPU and for the oracle. */
function layer(bench: Bench, inputs: number, outputs: number, { type = 'F32' as WeightType, bias = true } = {}) {
  const weight = stored(type, normals(inputs + outputs, outputs, inputs, inputs ** -0.5).data);
  const offset = bias ? normals(7, 1, outputs).data : null;
  const linear: Linear = {
    weight: bench.bytes(weight.bytes),
    type,
    bias: offset && bench.floats(offset),
    inputs,
    outputs,
  };
  return { linear, oracle: { weight: weight.values, bias: offset } };
}

/** Runs one product into an output of `rows` rows and holds it to `expected`. */
async function expectProduct(
  bench: Bench,
  options: Omit<MatmulOptions, 'label' | 'part' | 'output'>,
  expected: ops.Matrix,
  what: string,
  stage = NO_STAGE,
): Promise<void> {
  const output = bench.room(expected.data.length);
  const dispatch = matmul({ variants: bench.variants, label: what, part: 'test', output, ...options });
  const check = async (variant: string) => {
    const actual = await bench.result(output, expected.data.length);
    const shape = [expected.rows, expected.cols];
    expectClose(actual, expected.data, `${what} by ${variant}`, { shape, bounds: boundsOf(variant) });
  };
  await bench.runEach([dispatch], check, stage);
}

describe('x·Wᵀ + b', () => {
  it.each([
    [1, 4, 4],
    [3, 12, 20],
    [4, 36, 68],
    [5, 100, 132],
    [17, 144, 4],
    [64, 260, 64],
    [70, 20, 72],
  ])('%d rows of %d inputs to %d outputs', (rows, inputs, outputs) =>
    onGpu(async (bench) => {
      const x = normals(1, rows, inputs);
      const { linear, oracle } = layer(bench, inputs, outputs);
      await expectProduct(bench, { linear, input: bench.floats(x.data), rows }, ops.linear(x, oracle), 'product');
    }),
  );

  it.each((['F16', 'BF16'] as const).flatMap((type) => [3, 17].map((rows) => ({ type, rows }))))(
    'weights stored as $type, $rows rows',
    ({ type, rows }) =>
      onGpu(async (bench) => {
        const x = normals(2, rows, 36);
        const { linear, oracle } = layer(bench, 36, 68, { type });
        await expectProduct(bench, { linear, input: bench.floats(x.data), rows }, ops.linear(x, oracle), type);
      }),
  );
});

describe('float16 weights with inputs that float16 does not hold', () => {
  const [rows, inputs, outputs] = [9, 52, 36];

  it.each([
    ['all huge', () => 1e30],
    ['all tiny', () => 1e-30],
    ['a size of its own in every row', (row: number) => 10 ** (6 * (row % 7) - 18)],
    ['outliers', (row: number, column: number) => (column === (7 * row) % inputs ? 1e5 : 1)],
    ['zero but for one place', (row: number, column: number) => (column === 5 * row ? 3e4 : 0)],
  ])('%s', (what, size) =>
    onGpu(async (bench) => {
      const x = normals(8, rows, inputs);
      x.data.forEach((value, i) => {
        x.data[i] = Math.fround(value * size(Math.floor(i / inputs), i % inputs));
      });
      const { linear, oracle } = layer(bench, inputs, outputs, { type: 'F16', bias: false });
      const expected = ops.linear(x, oracle);
      await expectProduct(bench, { linear, input: bench.floats(x.data), rows }, expected, what);
    }),
  );

  it('where all weights are 4000', () =>
    onGpu(async (bench) => {
      const x = ops.matrix(new Array(rows * inputs).fill(1.999), inputs);
      const { bytes, values } = stored('F16', new Array(outputs * inputs).fill(4000));
      const linear: Linear = { weight: bench.bytes(bytes), type: 'F16', bias: null, inputs, outputs };
      const expected = ops.linear(x, { weight: values, bias: null });
      await expectProduct(bench, { linear, input: bench.floats(x.data), rows }, expected, 'large weights');
    }));
});

describe('epilogues', () => {
  const [images, rowsPerImage, inputs, outputs] = [2, 3, 12, 20];
  const rows = images * rowsPerImage;

  it('every set of bias, GELU, gate, residual and table', () =>
    onGpu(async (bench) => {
      const x = normals(3, rows, inputs, 2);
      const residual = normals(4, rows, outputs);
      const table = normals(5, rowsPerImage, outputs);
      const modulation = normals(6, 3, 2 * outputs); // lines of one stage before, then of the two images
      const [, gate] = ops.split(modulation, 2) as [ops.Matrix, ops.Matrix];
      const input = bench.floats(x.data);
      const buffers = { residual: bench.floats(residual.data), table: bench.floats(table.data) };
      const gates = { table: bench.floats(modulation.data), width: 2 * outputs, shift: 0, scale: 0, gate: outputs };

      const variants = Array.from({ length: 32 }, (_, bits) => {
        const [bias, gelu, gated, adds, places] = [1, 2, 4, 8, 16].map((bit) => (bits & bit) !== 0);
        const { linear, oracle } = layer(bench, inputs, outputs, { bias: bias ?? false });
        let expected = ops.linear(x, oracle);
        if (gelu) expected = ops.gelu(expected);
        if (gated) expected = ops.addGated(ops.matrix(rows, outputs), ops.pickRows(gate, [1, 2]), expected);
        if (adds) expected = ops.add(residual, expected);
        if (places) expected = ops.add(expected, table);
        const output = bench.room(expected.data.length);
        const dispatch = matmul({
          variants: bench.variants,
          label: `epilogue ${bits}`,
          part: 'test',
          linear,
          input,
          output,
          rows,
          rowsPerImage,
          ...(gelu ? { gelu } : {}),
          ...(gated ? { gated, modulation: gates, firstImage: 1 } : {}),
          ...(adds ? { residual: { buffer: buffers.residual } } : {}),
          ...(places ? { table: { buffer: buffers.table, rows: repeatRows(rowsPerImage) } } : {}),
        });
        return { dispatch, output, expected };
      });
      const dispatches = variants.map(({ dispatch }) => dispatch);
      await bench.runEach(dispatches, async (variant) => {
        for (const { dispatch, output, expected } of variants) {
          const actual = await bench.result(output, expected.data.length);
          const what = `${dispatch.label} by ${variant}`;
          expectClose(actual, expected.data, what, { shape: [rows, outputs], bounds: BOUNDS });
        }
      });
    }));

  it('GELU as recorded, and far out', () =>
    onGpu(async (bench) => {
      const golden = await readSafetensors('test/fixtures/reference/ops.golden.safetensors');
      const far = [50, -50, 1e4, -1e4, 1e-30, -1e-30, 0];
      const x = ops.matrix([...golden.float32('gelu.x'), ...far], 4);
      const identity = Float32Array.from({ length: 16 }, (_, i) => Number(i % 5 === 0));
      const weight = bench.floats(identity);
      const linear: Linear = { weight, type: 'F32', bias: null, inputs: 4, outputs: 4 };
      const output = bench.room(x.data.length);
      const input = bench.floats(x.data);
      await bench.run([matmul({ label: 'gelu', part: 'test', linear, input, output, rows: x.rows, gelu: true })]);
      const actual = await bench.result(output, x.data.length);
      const recorded = golden.float32('gelu.y');
      expectClose(actual.subarray(0, recorded.length), recorded, 'recorded GELU', { bounds: BOUNDS });
      expectClose(actual.subarray(recorded.length), [50, 0, 1e4, 0, 5e-31, -5e-31, 0], 'far out', { bounds: BOUNDS });
    }));
});

describe('row maps', () => {
  const [inputs, outputs] = [20, 36];

  it.each([
    [4, 1],
    [4, 3],
    [9, 5],
  ])('tail drop and refill: of %d latents a group %d are kept, in the second of two images', (n, k) =>
    onGpu(async (bench) => {
      const groups = 3;
      const perImage = groups * n;
      const latents = normals(10, 2 * perImage, inputs);
      const full = normals(11, 2 * perImage, outputs);
      const gate = normals(12, 2, outputs);
      const { linear, oracle } = layer(bench, inputs, outputs);
      const second = Array.from({ length: perImage }, (_, r) => perImage + r);
      const kept = layout.dropTail(ops.pickRows(latents, second), n, k);
      const start = layout.dropTail(ops.pickRows(full, second), n, k);
      const changed = ops.addGated(start, ops.pickRows(gate, [1]), ops.linear(kept, oracle));
      const refilled = layout.refill(changed, ops.pickRows(full, second), n, k);
      const expected = ops.matrix([...full.data.subarray(0, perImage * outputs), ...refilled.data], outputs);

      const rows = keptRows(perImage, k, n);
      const output = bench.floats(full.data);
      const dispatch = matmul({
        variants: bench.variants,
        label: 'kept',
        part: 'test',
        linear,
        input: bench.floats(latents.data),
        inputRows: rows,
        output,
        outputRows: rows,
        rows: kept.rows,
        firstImage: 1,
        gated: true,
        modulation: { table: bench.floats(gate.data), width: outputs, shift: 0, scale: 0, gate: 0 },
        residual: { buffer: bench.floats(full.data), rows },
      });
      await bench.runEach([dispatch], async (variant) => {
        const actual = await bench.gpu.read(output, 4 * expected.data.length);
        expectClose(actual, expected.data, `refilled by ${variant}`, {
          shape: [expected.rows, outputs],
          bounds: BOUNDS,
        });
      });
    }),
  );

  it('one operand row for several rows, and a residual that repeats', () =>
    onGpu(async (bench) => {
      const [lines, images] = [5, 2];
      const times = normals(13, lines, inputs);
      const labels = normals(14, images, outputs);
      const { linear, oracle } = layer(bench, inputs, outputs);
      const order = Array.from({ length: lines * images }, (_, r) => Math.floor(r / images));
      const expected = ops.add(ops.linear(ops.pickRows(ops.silu(times), order), oracle), labels);
      const operands = { linear, input: bench.floats(times.data), inputRows: spreadRows(images), rows: lines * images };
      const residual = { buffer: bench.floats(labels.data), rows: repeatRows(images) };
      await expectProduct(bench, { ...operands, residual, prologue: 'silu' }, expected, 'spread');
    }));

  it.each([
    [6, 2],
    [6, 3],
    [4, 4],
  ])('ungroup: grid %d, window %d, two images', (grid, window) =>
    onGpu(async (bench) => {
      const grouped = normals(15, 2 * grid * grid, inputs);
      const base = normals(16, 2 * grid * grid, outputs);
      const { linear, oracle } = layer(bench, inputs, outputs, { bias: false });
      const expected = layout.ungroup(ops.add(ops.linear(grouped, oracle), base), grid, window);
      const operands = { linear, input: bench.floats(grouped.data), rows: grouped.rows };
      const residual = { buffer: bench.floats(base.data), rows: SAME_ROWS };
      await expectProduct(bench, { ...operands, residual, ungroup: { grid, window } }, expected, 'raster');
    }),
  );
});
