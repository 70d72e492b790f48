import { describe, expect, it } from 'vitest';
import * as ops from '../../../test/reference/ops.ts';
import { expectClose } from '../../../test/support/compare.ts';
import { type Bench, onGpu } from '../../../test/support/gpu.ts';
import { normals } from '../../../test/support/numbers.ts';
import { attentionMap } from './attention-map.ts';

const BOUNDS = { max: 1e-5, l2: 2e-6 };

interface Sequences {
  readonly q: ops.Matrix;
  readonly k: ops.Matrix;
  readonly heads: number;
  readonly sequences: number;
  /** One set of queries for all sequences, as in Read. */
  readonly shared?: boolean;
  readonly norm?: 'none' | 'keys' | 'both';
  /** Sequences that are looked at; all by default. */
  readonly looked?: number;
}

/** Keys lie behind something else and before values that must not be looked at. */
async function expectMap(bench: Bench, one: Sequences): Promise<void> {
  const { q, k, heads, sequences, shared = false, norm = 'none', looked = sequences } = one;
  const width = q.cols;
  const queries = shared ? q.rows : q.rows / sequences;
  const keys = k.rows / sequences;
  const [qScale, kScale] = [normals(31, 1, width).data, normals(32, 1, width).data];
  const scale = kScale.map((value, i) => (norm === 'both' ? value * qScale[i]! : value));
  const other = new Array<number>(width).fill(Number.NaN);
  const rows = Array.from({ length: k.rows }, (_, r) => [...other, ...ops.rowOf(k, r), ...other]).flat();
  const output = bench.room(looked * queries * keys);
  const label = `${heads} heads of ${width / heads}, ${queries} queries, ${keys} keys, norm: ${norm}`;
  const of = {
    label,
    part: 'test',
    query: { buffer: bench.floats(q.data), stride: width },
    sharedQueries: shared,
    keyValue: { buffer: bench.floats(rows), stride: 3 * width, key: width, value: 2 * width },
    sequences,
    queries,
    keys,
    heads,
    headWidth: width / heads,
    ...(norm === 'none' ? {} : { norm: { channelScale: bench.floats(scale), queries: norm === 'both' } }),
  };
  await bench.run([attentionMap({ of, sequences: looked, output })]);
  const actual = await bench.result(output, looked * queries * keys);

  const copies = Array.from({ length: shared ? sequences : 1 }, () => [...q.data]).flat();
  const all = ops.matrix(copies, width);
  const [asked, seen] = [
    norm === 'both' ? ops.rmsNorm(all, qScale) : all,
    norm === 'none' ? k : ops.rmsNorm(k, kScale),
  ];
  const expected = ops.attentionWeights(asked, seen, heads, sequences).data.subarray(0, actual.length);
  expectClose(actual, expected, label, { shape: [looked * queries, keys], bounds: BOUNDS });
  for (let row = 0; row < looked * queries; row++) {
    const sum = actual.subarray(row * keys, (row + 1) * keys).reduce((total, weight) => total + weight, 0);
    expect(sum).toBeCloseTo(1, 5);
  }
}

function random(headWidth: number, heads: number, queries: number, keys: number, sequences: number) {
  const width = headWidth * heads;
  return { q: normals(33, sequences * queries, width), k: normals(34, sequences * keys, width), heads, sequences };
}

describe('attention map', () => {
  it.each([
    [8, 1, 1],
    [16, 3, 5],
    [24, 2, 16],
    [72, 2, 3],
    [128, 1, 2],
  ])('head width %d, %d heads, %d queries, with every norm', (headWidth, heads, queries) =>
    onGpu(async (bench) => {
      for (const keys of [1, 3, 16, 63, 64, 65, 200]) {
        for (const norm of ['none', 'keys', 'both'] as const) {
          await expectMap(bench, { ...random(headWidth, heads, queries, keys, 2), norm });
        }
      }
    }),
  );

  it('one set of queries for all groups, and not all groups looked at', () =>
    onGpu(async (bench) => {
      const k = normals(37, 5 * 9, 24);
      await expectMap(bench, { q: normals(36, 9, 24), k, heads: 3, sequences: 5, shared: true, norm: 'keys' });
      await expectMap(bench, { ...random(8, 3, 9, 9, 4), norm: 'both', looked: 2 });
    }));

  it('logits of hundreds, of both signs', () =>
    onGpu((bench) => {
      // Whole numbers: their products are exact in float32, so that large logits are as well.
      const whole = (seed: number, count: number) => {
        const x = normals(seed, count, 16, 8);
        return { ...x, data: x.data.map(Math.round) };
      };
      return expectMap(bench, { q: whole(41, 17), k: whole(42, 67), heads: 1, sequences: 1 });
    }));

  it('rows of zeros and tiny rows, normalised', () =>
    onGpu((bench) => {
      const tiny = (seed: number) => {
        const x = normals(seed, 15, 16);
        const size = (row: number) => [0, 1e-7, 1e-5, 1e-3, 1][row % 5]!;
        return { ...x, data: x.data.map((value, i) => Math.fround(value * size(Math.floor(i / 16)))) };
      };
      return expectMap(bench, { q: tiny(44), k: tiny(45), heads: 2, sequences: 1, norm: 'both' });
    }));
});
