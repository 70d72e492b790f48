import type { Dispatch } from '../../gpu/program.ts';
import { type AttentionOperands, operandConstants, operandParams, withOperands } from '../attention/attention.ts';
import attentionMapCode from './attention-map.wgsl?raw';

export interface AttentionMapOptions {
  /** The attention that is looked at, with its operands as they are when it runs. */
  readonly of: AttentionOperands;
  /** How many of its sequences are looked at, from the first on. */
  readonly sequences: number;
  /** [sequences, queries, keys] */
  readonly output: GPUBuffer;
}

/** softmax(q·kᵀ/√d), the mean over the heads: what share of a query goes to each key; see attention-map.wgsl. */
export function attentionMap({ of, sequences, output }: AttentionMapOptions): Dispatch {
  const { query, keyValue, norm, queries, keys, heads, headWidth } = of;
  const width = heads * headWidth;
  return {
    kernel: {
      name: `attention-map d${headWidth}`,
      code: withOperands(attentionMapCode, headWidth / 4),
      bindings: ['read', 'read', 'read', 'write'],
      constants: operandConstants(of),
    },
    label: `${of.label}, its map`,
    part: of.part,
    buffers: [query.buffer, keyValue.buffer, norm?.channelScale ?? query.buffer, output],
    params: operandParams(of),
    workgroups: [queries, sequences, 1],
    flops: 2 * sequences * queries * keys * width,
    bytes: 4 * (((of.sharedQueries ? 1 : sequences) * queries + sequences * keys) * width + sequences * queries * keys),
  };
}
