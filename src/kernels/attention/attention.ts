import type { Dispatch } from '../../gpu/program.ts';
import { floatWord, words } from '../layout.ts';
import attentionCode from './attention.wgsl?raw';

/** A matrix in GPU memory whose rows hold queries, keys or values from `offset` on. */
export interface AttentionOperand {
  readonly buffer: GPUBuffer;
  /** Floats in a row. */
  readonly stride: number;
}

export interface AttentionOptions {
  readonly label: string;
  readonly part: string;
  readonly query: AttentionOperand;
  /** One query set for all sequences (Read's learned queries). */
  readonly sharedQueries?: boolean;
  readonly keyValue: AttentionOperand & { readonly key: number; readonly value: number };
  readonly output: GPUBuffer;
  /** Images, or groups of all images. */
  readonly sequences: number;
  readonly queries: number;
  readonly keys: number;
  readonly heads: number;
  readonly headWidth: number;
  /** Full-width RMS norm of Read and Write: q_scale·k_scale [D], and which side is still to be normalised. */
  readonly norm?: { readonly channelScale: GPUBuffer; readonly queries: boolean };
}

/** Queries of a workgroup (ROWS in attention.wgsl): no more than there are. */
const LARGEST_ROW_TILE = 16;
const ROW_TILES = [4, 8];

/** softmax(q·kᵀ/√d)·v by head: out [sequences·queries, heads·headWidth]; see attention.wgsl. */
export function attention(options: AttentionOptions): Dispatch {
  const { query, keyValue, norm, heads, headWidth } = options;
  const rows = ROW_TILES.find((tile) => tile >= options.queries) ?? LARGEST_ROW_TILE;
  const width = heads * headWidth;
  return {
    kernel: {
      name: `attention d${headWidth} ×${rows}`,
      code: attentionCode,
      bindings: ['read', 'read', 'read', 'write'],
      constants: {
        ROWS: rows,
        HEAD4: headWidth / 4,
        NORMALIZE_QUERIES: Number(norm?.queries ?? false),
        NORMALIZE_KEYS: Number(norm !== undefined),
      },
    },
    label: options.label,
    part: options.part,
    buffers: [query.buffer, keyValue.buffer, norm?.channelScale ?? query.buffer, options.output],
    params: words(
      options.queries,
      options.keys,
      options.sharedQueries ? 0 : options.queries,
      query.stride / 4,
      keyValue.stride / 4,
      keyValue.key / 4,
      keyValue.value / 4,
      width / 4,
      width / 4,
      floatWord(headWidth ** -0.5),
    ),
    workgroups: [Math.ceil(options.queries / rows), heads, options.sequences],
    flops: 4 * options.sequences * options.queries * options.keys * width,
  };
}
