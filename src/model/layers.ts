import type { Dispatch } from '../gpu/program.ts';
import { type AttentionOptions, attention } from '../kernels/attention/attention.ts';
import { type Rows, repeatRows, SAME_ROWS } from '../kernels/layout.ts';
import { type Modulation, matmul } from '../kernels/matmul/matmul.ts';
import type { Variants } from '../kernels/variants.ts';
import type { NetworkConfig } from './config.ts';
import type { BlockWeights, Weights } from './weights.ts';
import type { Workspace } from './workspace.ts';

/** Modulation tables of a run, one line a stage and image: see conditioning.ts. */
export interface ModulationTables {
  readonly blocks: readonly GPUBuffer[];
  readonly read: GPUBuffer | null;
  readonly final: GPUBuffer;
}

/** A state of the forward that checks may look at: `buffer` holds it after dispatch number `after` has run. */
export interface Tap {
  readonly name: string;
  readonly after: number;
  readonly tokens: Tokens;
}

/** The attention of Read or Write, launch number `launch`: its operands are in place just before it. */
export interface CrossAttention {
  readonly part: 'read' | 'write';
  readonly launch: number;
  readonly options: AttentionOptions;
}

/** What the layers of one forward share, and the list of launches they add to. */
export interface Forward {
  readonly config: NetworkConfig;
  readonly weights: Weights;
  readonly workspace: Workspace;
  /** Which kernels serve the shapes of this forward. */
  readonly variants: Variants;
  readonly modulation: ModulationTables;
  /** Read's queries, projected and normalised when the model was loaded [n, D]. */
  readonly readQueries: GPUBuffer | null;
  readonly dispatches: Dispatch[];
  readonly taps: Tap[];
  readonly crossAttentions: CrossAttention[];
}

/** Rows of tokens or latents [images·perImage, D] in a buffer, seen through a row map. */
export interface Tokens {
  readonly buffer: GPUBuffer;
  readonly rows: Rows;
  readonly perImage: number;
  readonly images: number;
  readonly firstImage: number;
}

export const countRows = (tokens: Tokens): number => tokens.images * tokens.perImage;

/** Tokens laid out from the start of a buffer, of the same images as `like`. */
export function compact(buffer: GPUBuffer, like: Tokens): Tokens {
  return { ...like, buffer, rows: SAME_ROWS };
}

export function tap(f: Forward, name: string, tokens: Tokens): void {
  f.taps.push({ name, after: f.dispatches.length - 1, tokens });
}

/** Launches the attention of Read or Write, and notes it for whoever wants its weights. */
export function crossAttention(
  f: Forward,
  part: CrossAttention['part'],
  options: Omit<AttentionOptions, 'part'>,
): void {
  const whole = { ...options, part };
  f.crossAttentions.push({ part, launch: f.dispatches.length, options: whole });
  f.dispatches.push(attention(whole));
}

/** Line layout of an adaLN table whose chunks are D wide: shift, scale, gate at chunks first, first+1, first+2. */
export function chunks(f: Forward, table: GPUBuffer, count: number, first: number): Modulation {
  const D = f.config.hidden;
  return { table, width: count * D, shift: first * D, scale: (first + 1) * D, gate: (first + 2) * D };
}

/** Patch embedding and position embedding: patches [B·T, C·p·p] -> tokens [B·T, D]. */
export function embed(f: Forward, images: number): Tokens {
  const T = f.config.grid ** 2;
  const tokens: Tokens = { buffer: f.workspace.ping, rows: SAME_ROWS, perImage: T, images, firstImage: 0 };
  f.dispatches.push(
    matmul({
      variants: f.variants,
      label: 'patch embed',
      part: 'embed',
      linear: f.weights.patchEmbed,
      input: f.workspace.patches,
      output: tokens.buffer,
      rows: countRows(tokens),
      table: { buffer: f.weights.posEmbed, rows: repeatRows(T) },
    }),
  );
  tap(f, 'embed', tokens);
  return tokens;
}

/**
 * Transformer block (adaLN-Zero): x += gate1·proj(attn(LN(x)·(1+scale1)+shift1)), then
 * x += gate2·fc2(gelu(fc1(LN(x)·(1+scale2)+shift2))). The result goes to `output`, or to ping-pong.
 */
export function block(f: Forward, index: number, x: Tokens, part: string, output?: Tokens): Tokens {
  const { weights, config, workspace: buffers, modulation, variants } = f;
  const w = weights.blocks[index] as BlockWeights;
  const table = modulation.blocks[index] as GPUBuffer;
  const [first, second] = [chunks(f, table, 6, 0), chunks(f, table, 6, 3)];
  const D = config.hidden;
  const rows = countRows(x);
  const middle = compact(x.buffer === buffers.pong ? buffers.ping : buffers.pong, x);
  const result = output ?? compact(middle.buffer === buffers.ping ? buffers.pong : buffers.ping, x);
  const shared = { variants, part, rows, firstImage: x.firstImage, rowsPerImage: x.perImage };
  const name = `block ${index}`;

  // biome-ignore format: a launch a paragraph, with the shape it makes
  f.dispatches.push(
    matmul({ ...shared, label: `${name} qkv`, linear: w.qkv, input: x.buffer, inputRows: x.rows,
      prologue: 'normalize', modulation: first, output: buffers.wide }), // [B·L, 3D]
    attention({ variants, label: `${name} attention`, part, query: { buffer: buffers.wide, stride: 3 * D },
      keyValue: { buffer: buffers.wide, stride: 3 * D, key: D, value: 2 * D }, output: buffers.narrow,
      sequences: x.images, queries: x.perImage, keys: x.perImage, heads: config.heads, headWidth: D / config.heads }),
    matmul({ ...shared, label: `${name} proj`, linear: w.proj, input: buffers.narrow,
      gated: true, modulation: first, residual: x, output: middle.buffer }), // [B·L, D]
    matmul({ ...shared, label: `${name} fc1`, linear: w.fc1, input: middle.buffer,
      prologue: 'normalize', modulation: second, gelu: true, output: buffers.wide }), // [B·L, 4D]
    matmul({ ...shared, label: `${name} fc2`, linear: w.fc2, input: buffers.wide,
      gated: true, modulation: second, residual: middle, output: result.buffer, outputRows: result.rows }), // [B·L, D]
  );
  tap(f, name, result);
  return result;
}

/** Final layer: linear(LN(x)·(1+scale)+shift) -> rows of patches [B·T, p·p·C]. */
export function final(f: Forward, x: Tokens): GPUBuffer {
  f.dispatches.push(
    matmul({
      variants: f.variants,
      label: 'final',
      part: 'final',
      linear: f.weights.finalLinear,
      input: x.buffer,
      output: f.workspace.output,
      rows: countRows(x),
      rowsPerImage: x.perImage,
      prologue: 'normalize',
      modulation: chunks(f, f.modulation.final, 2, 0),
    }),
  );
  return f.workspace.output;
}
