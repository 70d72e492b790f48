import { repeatRows } from '../layout.ts';
import { type MatmulOptions, matmul, type WeightType } from '../matmul/matmul.ts';
import { type Case, type CaseMaker, type NetworkShape, STAGE } from './cases.ts';
import { numbers, stored, weights } from './operands.ts';
import { dot, gelu, normalized, row, silu } from './plain.ts';

/** Columns of a product are all made alike: these are enough. */
const COLUMNS = 32;

type Steps = Pick<MatmulOptions, 'prologue' | 'gelu' | 'gated'> & { readonly adds?: boolean };

const NORMALIZED: Steps = { prologue: 'normalize', gelu: true };
const GATED: Steps = { gated: true, adds: true };
const CONDITIONING: Steps = { prologue: 'silu' };

/** The products of a network: each kind, of all tokens and of few, with every type of weights. */
export function matmulCases(make: CaseMaker, { width, tokens, fewest, weights: types }: NetworkShape): Case[] {
  return types.flatMap((type) => {
    const of = (rows: number, steps: Steps) => product(make, type, rows, width, steps);
    const few = fewest < tokens ? [of(fewest, NORMALIZED), of(fewest, GATED)] : [];
    return [of(tokens, NORMALIZED), of(tokens, GATED), of(tokens, CONDITIONING), ...few];
  });
}

function product(make: CaseMaker, type: WeightType, rows: number, inputs: number, steps: Steps): Case {
  const x = { values: numbers(1, rows * inputs), columns: inputs };
  const w = { values: weights(2, COLUMNS * inputs), columns: inputs };
  const bias = numbers(3, COLUMNS);
  const lines = { values: numbers(4, 2 * 3 * inputs), columns: 3 * inputs }; // shift, scale, gate of two stages
  const [shift, scale, gate] = [0, 1, 2].map((chunk) => {
    return row(lines, STAGE.row).subarray(chunk * inputs, (chunk + 1) * inputs);
  }) as [Float32Array, Float32Array, Float32Array];
  const residual = { values: numbers(5, rows * COLUMNS), columns: COLUMNS };
  const table = { values: numbers(6, 3 * COLUMNS), columns: COLUMNS };
  const output = make.room(rows * COLUMNS);
  const { adds = false, ...options } = steps;
  const dispatch = matmul({
    ...options,
    variants: make.variants,
    label: `${rows} rows`,
    part: 'check',
    linear: {
      ...{ type, inputs, outputs: COLUMNS },
      weight: make.upload(stored(type, w.values)),
      bias: make.upload(bias),
    },
    input: make.upload(x.values),
    output,
    rows,
    modulation: { table: make.upload(lines.values), width: lines.columns, shift: 0, scale: inputs, gate: 2 * inputs },
    ...(adds && {
      residual: { buffer: make.upload(residual.values) },
      table: { buffer: make.upload(table.values), rows: repeatRows(3) },
    }),
  });

  const prepared = Array.from({ length: rows }, (_, r) => {
    if (steps.prologue === 'normalize') return normalized(row(x, r), shift, scale);
    return steps.prologue === 'silu' ? row(x, r).map(silu) : row(x, r);
  });
  const expected = (place: number) => {
    const [r, c] = [Math.floor(place / COLUMNS), place % COLUMNS];
    let value = dot(prepared[r]!, row(w, c)) + bias[c]!;
    if (steps.gelu) value = gelu(value);
    if (steps.gated) value *= gate[c]!;
    return adds ? value + residual.values[place]! + table.values[(r % 3) * COLUMNS + c]! : value;
  };
  return { dispatch, output, count: rows * COLUMNS, expected };
}
