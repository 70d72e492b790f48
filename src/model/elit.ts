import { group } from '../kernels/group/group.ts';
import { keptRows, repeatRows, SAME_ROWS } from '../kernels/layout.ts';
import { matmul } from '../kernels/matmul/matmul.ts';
import { fullBudget, type LatentInterfaceConfig } from './config.ts';
import {
  block,
  chunks,
  compact,
  countRows,
  crossAttention,
  embed,
  type Forward,
  final,
  type Tokens,
  tap,
} from './layers.ts';
import type { CrossWeights, ReadWeights } from './weights.ts';

/*
 * ELIT-SiT (arXiv 2603.12245, section 3): velocity(x, t, y, budget). Shapes: B images, T = g² tokens, D width,
 * G groups of n = w² latents, k of them kept. Nothing here computes: each layer appends its kernel launches.
 */

/** Images of the batch that share a budget: their core runs as one batch. */
export interface CoreBatch {
  readonly firstImage: number;
  readonly images: number;
  /** Latents kept in each group, k. */
  readonly kept: number;
}

export function elit(f: Forward, parts: LatentInterfaceConfig, images: number, cores: readonly CoreBatch[]): GPUBuffer {
  const head = parts.headBlocks;
  const tail = head + parts.coreBlocks;
  let tokens = embed(f, images); //                                            [B·T, D] raster
  for (let i = 0; i < head; i++) tokens = block(f, i, tokens, 'head');
  tap(f, 'head_out', tokens);
  const latents = read(f, tokens); //                                          [B·G·n, D] by group
  for (const batch of cores) {
    let kept = drop(f, latents, batch); //                                     [b·G·k, D] the first k of each group
    const refilled = kept; //          the last block writes back among the dropped latents, which keep Read's value
    for (let i = head; i < tail; i++) kept = block(f, i, kept, 'core', i === tail - 1 ? refilled : undefined);
    tap(f, 'core_out', kept);
  }
  tokens = write(f, latents); //                                               [B·T, D] raster
  for (let i = tail; i < f.config.depth; i++) tokens = block(f, i, tokens, 'tail');
  tap(f, 'tail_out', tokens);
  return final(f, tokens); //                                                  [B·T, p·p·C]
}

/** Tail drop: the first k latents of every group, seen in place. */
function drop(f: Forward, latents: Tokens, { firstImage, images, kept }: CoreBatch): Tokens {
  const n = fullBudget(f.config);
  const groups = latents.perImage / n;
  const rows = keptRows(firstImage * latents.perImage, kept, n);
  const tokens = { ...latents, rows, perImage: groups * kept, firstImage, images };
  tap(f, 'core_in', tokens);
  return tokens;
}

/**
 * Read: the learned queries L attend to the patches P of their own group, L += gate1·cross(L, LN(P)·(1+scale1)+shift1),
 * then L += gate2·fc2(gelu(fc1(LN(L)·(1+scale2)+shift2))), and every latent gets the embedding of its place.
 */
function read(f: Forward, tokens: Tokens): Tokens {
  const { config, workspace: buffers, modulation, variants } = f;
  const w = f.weights.read as ReadWeights;
  const writePosEmbed = (f.weights.write as CrossWeights).posEmbed;
  const [D, n] = [config.hidden, fullBudget(config)];
  const rows = countRows(tokens);
  const other = tokens.buffer === buffers.ping ? buffers.pong : buffers.ping;
  const [first, second] = [
    chunks(f, modulation.read as GPUBuffer, 7, 0),
    chunks(f, modulation.read as GPUBuffer, 7, 3),
  ];
  const shared = { variants, part: 'read', rows, rowsPerImage: tokens.perImage };
  const latents = compact(buffers.latents, tokens);

  // biome-ignore format: a launch a paragraph, with the shape it makes
  f.dispatches.push(
    group({ label: 'group', part: 'read', tokens: tokens.buffer, readPosEmbed: w.posEmbed, writePosEmbed,
      readPatches: buffers.narrow, writePatches: buffers.writePatches,
      images: tokens.images, grid: config.grid, window: config.latentInterface?.window ?? 1, width: D }), // P [B·G·n, D]
    matmul({ ...shared, label: 'read kv', linear: w.kv, input: buffers.narrow,
      prologue: 'normalize', modulation: first, output: buffers.wide }), // [B·G·n, 2D]
  );
  // biome-ignore format: a launch a paragraph, with the shape it makes
  crossAttention(f, 'read', { variants, label: 'read attention', query: { buffer: f.readQueries as GPUBuffer, stride: D },
    sharedQueries: true, keyValue: { buffer: buffers.wide, stride: 2 * D, key: 0, value: D }, output: other,
    sequences: rows / n, queries: n, keys: n, heads: config.heads, headWidth: D / config.heads,
    norm: { channelScale: w.kScale, queries: false } }); // [B·G·n, D]
  // biome-ignore format: a launch a paragraph, with the shape it makes
  f.dispatches.push(
    matmul({ ...shared, label: 'read proj', linear: w.proj, input: other, gated: true, modulation: first,
      residual: { buffer: w.learnedQuery, rows: repeatRows(n) }, output: tokens.buffer }), // L
    matmul({ ...shared, label: 'read fc1', linear: w.fc1, input: tokens.buffer,
      prologue: 'normalize', modulation: second, gelu: true, output: buffers.narrow }),
    matmul({ ...shared, label: 'read fc2', linear: w.fc2, input: buffers.narrow, gated: true, modulation: second,
      residual: { buffer: tokens.buffer, rows: SAME_ROWS },
      table: { buffer: w.latentPosEmbed, rows: repeatRows(tokens.perImage) }, output: latents.buffer }),
  );
  tap(f, 'read_out', latents);
  return latents;
}

/** Write: the patches attend to the latents of their group, P += cross(P, full), then P += fc2(gelu(fc1(P))). */
function write(f: Forward, latents: Tokens): Tokens {
  const { config, workspace: buffers, variants } = f;
  const w = f.weights.write as CrossWeights;
  const [D, n] = [config.hidden, fullBudget(config)];
  const rows = countRows(latents);
  const shared = { variants, part: 'write', rows };
  const patches = buffers.writePatches; // P with both position embeddings, [B·G·n, D]
  const tokens = compact(buffers.ping, latents);

  // biome-ignore format: a launch a paragraph, with the shape it makes
  f.dispatches.push(
    matmul({ ...shared, label: 'write q', linear: w.q, input: patches, output: buffers.narrow }), // [B·G·n, D]
    matmul({ ...shared, label: 'write kv', linear: w.kv, input: latents.buffer, output: buffers.wide }), // [B·G·n, 2D]
  );
  // biome-ignore format: a launch a paragraph, with the shape it makes
  crossAttention(f, 'write', { variants, label: 'write attention', query: { buffer: buffers.narrow, stride: D },
    keyValue: { buffer: buffers.wide, stride: 2 * D, key: 0, value: D }, output: buffers.ping,
    sequences: rows / n, queries: n, keys: n, heads: config.heads, headWidth: D / config.heads,
    norm: { channelScale: w.qkScale, queries: true } }); // [B·G·n, D]
  // biome-ignore format: a launch a paragraph, with the shape it makes
  f.dispatches.push(
    matmul({ ...shared, label: 'write proj', linear: w.proj, input: buffers.ping,
      residual: { buffer: patches, rows: SAME_ROWS }, output: buffers.pong }),
    matmul({ ...shared, label: 'write fc1', linear: w.fc1, input: buffers.pong, gelu: true, output: buffers.narrow }),
    matmul({ ...shared, label: 'write fc2', linear: w.fc2, input: buffers.narrow,
      residual: { buffer: buffers.pong, rows: SAME_ROWS }, output: tokens.buffer,
      ungroup: { grid: config.grid, window: config.latentInterface?.window ?? 1 } }), // [B·T, D] raster
  );
  tap(f, 'write_out', tokens);
  return tokens;
}
