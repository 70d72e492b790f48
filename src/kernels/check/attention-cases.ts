import { attention } from '../attention/attention.ts';
import type { Case, CaseMaker, NetworkShape } from './cases.ts';
import { numbers } from './operands.ts';
import { attentionWeights, rmsNormalized, row } from './plain.ts';

const HEADS = 2;

interface Attention {
  readonly queries: number;
  readonly sequences: number;
  /** Queries and keys are normalised, as in Write; else neither is, as in a block. */
  readonly norm: boolean;
}

/** The attention of a network: of blocks at the largest and the smallest budget, and of the latent interface. */
export function attentionCases(make: CaseMaker, { headWidth, tokens, fewest, group }: NetworkShape): Case[] {
  const blocks = [...new Set([tokens, fewest])].map((queries) => ({ queries, sequences: 1, norm: false }));
  const write = group > 1 ? [{ queries: group, sequences: 2, norm: true }] : [];
  return [...blocks, ...write].map((options) => selfAttention(make, headWidth, options));
}

function selfAttention(make: CaseMaker, headWidth: number, { queries, sequences, norm }: Attention): Case {
  const width = HEADS * headWidth;
  const rows = sequences * queries;
  const qkv = { values: numbers(7, rows * 3 * width), columns: 3 * width };
  const channelScale = numbers(8, width);
  const ones = new Float32Array(width).fill(1);
  const buffer = make.upload(qkv.values);
  const output = make.room(rows * width);
  const dispatch = attention({
    variants: make.variants,
    label: `${queries} queries`,
    part: 'check',
    query: { buffer, stride: qkv.columns },
    keyValue: { buffer, stride: qkv.columns, key: width, value: 2 * width },
    output,
    ...{ sequences, queries, keys: queries, heads: HEADS, headWidth },
    ...(norm && { norm: { channelScale: make.upload(channelScale), queries: true } }),
  });

  const part = (r: number, index: number) => row(qkv, r).subarray(index * width, (index + 1) * width);
  const head = (x: Float32Array | Float64Array, index: number) =>
    x.subarray(index * headWidth, (index + 1) * headWidth);
  const query = Array.from({ length: rows }, (_, r) => (norm ? rmsNormalized(part(r, 0), channelScale) : part(r, 0)));
  const key = Array.from({ length: rows }, (_, r) => (norm ? rmsNormalized(part(r, 1), ones) : part(r, 1)));
  const shares = Array.from({ length: rows * HEADS }, (_, i) => {
    const [r, h] = [Math.floor(i / HEADS), i % HEADS];
    const first = r - (r % queries);
    return attentionWeights(
      head(query[r]!, h),
      key.slice(first, first + queries).map((k) => head(k, h)),
    );
  });
  const expected = (place: number) => {
    const [r, c] = [Math.floor(place / width), place % width];
    const first = r - (r % queries);
    const weights = shares[r * HEADS + Math.floor(c / headWidth)]!;
    return weights.reduce((sum, weight, j) => sum + weight * part(first + j, 2)[c]!, 0);
  };
  return { dispatch, output, count: rows * width, expected };
}
