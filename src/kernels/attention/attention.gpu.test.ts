import { describe, it } from 'vitest';
import * as ops from '../../../test/reference/ops.ts';
import { expectClose } from '../../../test/support/compare.ts';
import { type Bench, onGpu } from '../../../test/support/gpu.ts';
import { normals } from '../../../test/support/numbers.ts';
import { attention } from './attention.ts';

const BOUNDS = { max: 1e-5, l2: 2e-6 };

type Norm = 'none' | 'keys' | 'both';

interface Sequences {
  readonly q: ops.Matrix;
  readonly k: ops.Matrix;
  readonly v: ops.Matrix;
  readonly heads: number;
  readonly sequences: number;
  /** One set of queries for all sequences. */
  readonly shared?: boolean;
  readonly norm?: Norm;
}

/** Queries in a buffer of their own, keys and values side by side, as in Read and Write. */
function launch(bench: Bench, { q, k, v, heads, sequences, shared = false, norm = 'none' }: Sequences) {
  const width = q.cols;
  const queries = shared ? q.rows : q.rows / sequences;
  const [qScale, kScale] = [normals(31, 1, width).data, normals(32, 1, width).data];
  const scale = kScale.map((value, i) => (norm === 'both' ? value * qScale[i]! : value));
  const keyValue = Array.from({ length: k.rows }, (_, r) => [...ops.rowOf(k, r), ...ops.rowOf(v, r)]).flat();
  const output = bench.room(queries * sequences * width);
  const dispatch = attention({
    variants: bench.variants,
    label: `${heads} heads of ${width / heads}, ${queries} queries, ${k.rows / sequences} keys`,
    part: 'test',
    query: { buffer: bench.floats(q.data), stride: width },
    sharedQueries: shared,
    keyValue: { buffer: bench.floats(keyValue), stride: 2 * width, key: 0, value: width },
    output,
    sequences,
    queries,
    keys: k.rows / sequences,
    heads,
    headWidth: width / heads,
    ...(norm === 'none' ? {} : { norm: { channelScale: bench.floats(scale), queries: norm === 'both' } }),
  });
  const all = shared ? ops.stack(Array.from({ length: sequences }, () => rows(q)).flat(), width) : q;
  const queriesSeen = norm === 'both' ? ops.rmsNorm(all, qScale) : all;
  const keysSeen = norm === 'none' ? k : ops.rmsNorm(k, kScale);
  return { dispatch, output, expected: ops.attention(queriesSeen, keysSeen, v, heads, sequences) };
}

const rows = (x: ops.Matrix): Float64Array[] => Array.from({ length: x.rows }, (_, r) => ops.rowOf(x, r));

async function expectAttention(bench: Bench, cases: readonly Sequences[]): Promise<void> {
  const launches = cases.map((one) => launch(bench, one));
  const dispatches = launches.map(({ dispatch }) => dispatch);
  await bench.runEach(dispatches, async (variant) => {
    for (const { dispatch, output, expected } of launches) {
      const actual = await bench.result(output, expected.data.length);
      const shape = [expected.rows, expected.cols];
      expectClose(actual, expected.data, `${dispatch.label} by ${variant}`, { shape, bounds: BOUNDS });
    }
  });
}

function random(width: number, heads: number, queries: number, keys: number, sequences: number): Sequences {
  const [q, k, v] = [queries, keys, keys].map((count, i) => normals(33 + i, sequences * count, width));
  return { q: q!, k: k!, v: v!, heads, sequences };
}

describe('attention', () => {
  // The kernel is built for a head width and for up to 4, up to 8, or more queries.
  it.each<[number, number, number[], Norm]>([
    [8, 1, [1, 4], 'none'],
    [16, 2, [9, 17], 'none'],
    [16, 2, [9, 17], 'both'],
    [24, 1, [5], 'none'],
    [24, 2, [1], 'both'],
    [64, 1, [17], 'none'],
    [64, 2, [5], 'both'],
    [72, 2, [1, 4], 'none'],
    [72, 1, [9], 'none'],
    [72, 2, [4], 'keys'],
    [128, 1, [5], 'none'],
    [128, 1, [9], 'both'],
  ])('head width %d, %d heads, %j queries, norm: %s', (headWidth, heads, queries, norm) =>
    onGpu((bench) => {
      const cases = queries.flatMap((count) => {
        return [1, 3, 16, 17, 33, 65].map((keys) => ({ ...random(headWidth * heads, heads, count, keys, 2), norm }));
      });
      return expectAttention(bench, cases);
    }),
  );

  it('one set of queries for all groups, as in Read', () =>
    onGpu(async (bench) => {
      const [width, groups] = [24, 5];
      const cases = [4, 9, 16].map((n): Sequences => {
        const [k, v] = [normals(37, groups * n, width), normals(38, groups * n, width)];
        return { q: normals(36, 16, width), k, v, heads: 3, sequences: groups, shared: true, norm: 'keys' };
      });
      await expectAttention(bench, cases);
    }));

  it('queries, keys and values in the rows of one buffer, as in a block', () =>
    onGpu(async (bench) => {
      const [images, tokens, heads, headWidth] = [2, 19, 2, 16];
      const width = heads * headWidth;
      const qkv = normals(39, images * tokens, 3 * width);
      const buffer = bench.floats(qkv.data);
      const output = bench.room(images * tokens * width);
      const dispatch = attention({
        variants: bench.variants,
        label: 'block',
        part: 'test',
        query: { buffer, stride: 3 * width },
        keyValue: { buffer, stride: 3 * width, key: width, value: 2 * width },
        output,
        sequences: images,
        queries: tokens,
        keys: tokens,
        heads,
        headWidth,
      });
      const [q, k, v] = ops.split(qkv, 3) as [ops.Matrix, ops.Matrix, ops.Matrix];
      await bench.runEach([dispatch], async (variant) => {
        const actual = await bench.result(output, images * tokens * width);
        expectClose(actual, ops.attention(q, k, v, heads, images).data, `block by ${variant}`, { bounds: BOUNDS });
      });
    }));
});

describe('attention where it bites', () => {
  const [queries, keys, width] = [17, 33, 16];
  // Whole numbers: their products are exact in float32, so that large logits are as well.
  const whole = (seed: number, count: number, spread: number) => {
    const x = normals(seed, count, width, spread);
    return { ...x, data: x.data.map(Math.round) };
  };
  const v = normals(40, keys, width);

  it('logits of hundreds, of both signs', () =>
    onGpu((bench) =>
      expectAttention(bench, [{ q: whole(41, queries, 8), k: whole(42, keys, 8), v, heads: 1, sequences: 1 }]),
    ));

  it.each([400, -400])('logits that are all near %d', (centre) =>
    onGpu((bench) => {
      const q = { ...whole(0, queries, 0), data: new Float64Array(queries * width).fill(10) };
      const k = whole(43, keys, 0.3); // logit: 10 · sum(k) / 4
      return expectAttention(bench, [
        { q, k: { ...k, data: k.data.map((x) => x + centre / 40) }, v, heads: 1, sequences: 1 },
      ]);
    }),
  );

  it('the largest logit in the last key, and in the first', () =>
    onGpu((bench) => {
      const q = { ...whole(0, queries, 0), data: new Float64Array(queries * width).fill(1) };
      const rising = ops.matrix(
        Array.from({ length: keys * width }, (_, i) => Math.floor(i / width)),
        width,
      );
      const falling = { ...rising, data: rising.data.toReversed() };
      return expectAttention(
        bench,
        [rising, falling].map((k) => ({ q, k, v, heads: 1, sequences: 1 })),
      );
    }));

  it('norms of rows that are tiny, and of rows that are zero', () =>
    onGpu((bench) => {
      const tiny = (seed: number, count: number) => {
        const x = normals(seed, count, width);
        const size = (row: number) => [0, 1e-7, 1e-5, 1e-3, 1][row % 5]!;
        return { ...x, data: x.data.map((value, i) => Math.fround(value * size(Math.floor(i / width)))) };
      };
      return expectAttention(bench, [
        { q: tiny(44, queries), k: tiny(45, keys), v, heads: 1, sequences: 1, norm: 'both' },
      ]);
    }));
});
