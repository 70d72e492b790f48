import type { Dispatch } from '../../gpu/program.ts';
import { floatWord, words } from '../layout.ts';
import { unroll } from '../unroll.ts';
import { availableOn, dispatchFamily, PLAIN_VARIANTS, QUAD_HEAD, type Variant, type Variants } from '../variants.ts';
import lanesCode from './lanes.wgsl?raw';
import operandsCode from './operands.wgsl?raw';
import quadCode from './quad.wgsl?raw';
import rowsCode from './rows.wgsl?raw';

/** A matrix in GPU memory whose rows hold queries, keys or values from `offset` on. */
export interface AttentionOperand {
  readonly buffer: GPUBuffer;
  /** Floats in a row. */
  readonly stride: number;
}

export interface AttentionOptions {
  /** Which kernel serves the shape; float32 and nothing measured unless given. */
  readonly variants?: Variants;
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

/** Queries of a workgroup of `lanes`: no more than there are. */
const LARGEST_ROW_TILE = 16;
const ROW_TILES = [4, 8];

/** Queries of a workgroup of `rows` and `quad`. */
const QUERIES = 32;

/** Widest head that `rows` and `quad` keep in registers, twice d floats; wider ones would spill. */
const WIDEST_ROW = 80;

/** A way to compute attention. */
export interface AttentionVariant extends Variant {
  readonly name: 'lanes' | 'rows' | 'quad';
}

const LANES: AttentionVariant = { name: 'lanes', needs: [] };
const ROWS: AttentionVariant = { name: 'rows', needs: [] };
const QUAD: AttentionVariant = { name: 'quad', needs: ['subgroups'] };

/** What decides the best variant. */
function attentionShape({ sequences, queries, keys, heads, headWidth, norm }: AttentionOptions): string {
  return `attention ${sequences}×${heads} heads d${headWidth} ${queries}→${keys}${norm ? ' normalize' : ''}`;
}

/** Least traffic in bytes: queries (shared ones once), keys, values, the norm's scale, and the result. */
function traffic({ sequences, queries, keys, heads, headWidth, sharedQueries, norm }: AttentionOptions): number {
  const asked = sharedQueries ? queries : sequences * queries;
  const rows = asked + 2 * sequences * keys + (norm ? 1 : 0) + sequences * queries;
  return 4 * rows * heads * headWidth;
}

/** softmax(q·kᵀ/√d)·v by head: out [sequences·queries, heads·headWidth]; see attention.wgsl. */
export function attention(options: AttentionOptions): Dispatch {
  const variants = options.variants ?? PLAIN_VARIANTS;
  const narrow = options.headWidth <= WIDEST_ROW ? [QUAD, ...(options.norm ? [] : [ROWS])] : [];
  const members = [LANES, ...narrow];
  const [standard = LANES] = availableOn(variants, [QUAD]).filter((quad) => members.includes(quad));
  return dispatchFamily(variants, attentionShape(options), {
    members,
    standard,
    launch: ({ name }) => launch(options, name),
  });
}

/** An attention by its operands, whatever becomes of it. */
export type AttentionOperands = Omit<AttentionOptions, 'output' | 'variants'>;

/** The `Params` of operands.wgsl. */
export function operandParams({ queries, keys, sharedQueries, query, keyValue, heads, headWidth }: AttentionOperands) {
  const width = heads * headWidth;
  return words(
    queries,
    keys,
    sharedQueries ? 0 : queries,
    query.stride / 4,
    keyValue.stride / 4,
    keyValue.key / 4,
    keyValue.value / 4,
    width / 4,
    width / 4,
    floatWord(headWidth ** -0.5),
  );
}

/** The constants of operands.wgsl. */
export function operandConstants({ norm }: AttentionOperands) {
  return { NORMALIZE_QUERIES: Number(norm?.queries ?? false), NORMALIZE_KEYS: Number(norm !== undefined) };
}

/** operands.wgsl and `code` after it, for heads of `head4` vec4s. */
export function withOperands(code: string, head4: number): string {
  return `const HEAD4 = ${head4}u;\n${operandsCode}${code}`;
}

function launch(options: AttentionOptions, variant: AttentionVariant['name']): Dispatch {
  const { query, keyValue, norm, heads, headWidth } = options;
  const rows = ROW_TILES.find((tile) => tile >= options.queries) ?? LARGEST_ROW_TILE;
  const perWorkgroup = variant === 'lanes' ? rows : QUERIES;
  const width = heads * headWidth;
  return {
    kernel: {
      name: `attention ${variant}${variant === 'lanes' ? ` ×${rows}` : ''} d${headWidth}`,
      code: kernelCode(variant, headWidth / 4),
      bindings: ['read', 'read', 'read', 'write'],
      constants: { ...operandConstants(options), ...(variant === 'lanes' && { ROWS: rows }) },
    },
    label: options.label,
    part: options.part,
    buffers: [query.buffer, keyValue.buffer, norm?.channelScale ?? query.buffer, options.output],
    params: operandParams(options),
    workgroups: [Math.ceil(options.queries / perWorkgroup), heads, options.sequences],
    flops: 4 * options.sequences * options.queries * options.keys * width,
    bytes: traffic(options),
  };
}

const CODE: Record<AttentionVariant['name'], string> = { lanes: lanesCode, rows: rowsCode, quad: quadCode };

/** All WGSL of the family. */
export const ATTENTION_SOURCES: readonly string[] = [operandsCode, ...Object.values(CODE)];

/** @param head4 vec4s of a head, d / 4 */
function kernelCode(variant: AttentionVariant['name'], head4: number): string {
  const head = variant === 'quad' ? QUAD_HEAD : '';
  return head + withOperands(unroll(CODE[variant], { HEAD4: head4 }), head4);
}
