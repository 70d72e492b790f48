import { fullBudget, LATENT_PLACES, type LatentInterfaceConfig, type NetworkConfig } from '../../model/config.ts';
import { groupedPlaces } from '../../model/places.ts';
import type { SafetensorsHeader } from '../../model/safetensors.ts';
import {
  addGated,
  attention,
  attentionWeights,
  feedForward,
  linear,
  type Modulation,
  modulatedNorm,
  multiHeadAttention,
  rmsNorm,
} from './layers.ts';
import { type ModulatedLayer, type ModulationTable, modulationTable } from './modulation-table.ts';
import { GraphBuilder, type Precision, type Value } from './onnx/graph-builder.ts';

/*
 * velocity(x, t, y, budget) of ELIT-SiT (arXiv 2603.12245, section 3), or of the plain SiT, as an ONNX graph. Shapes:
 * B images, T = g² tokens, D width, G groups of n = w² latents, k of them kept. Grouped tokens are [B, T, D] as well,
 * group after group, so that an image's modulation fits them.
 */

/** How the graph is written; what it computes is the same. */
export interface GraphForm {
  /** Batch and budget as constants, for a runtime that plans better when every shape is known; `kept` is no input then. */
  readonly fixed?: { readonly images: number; readonly kept: number };
  /** onnxruntime's MultiHeadAttention in place of plain operators. */
  readonly fusedAttention?: boolean;
  /** What is computed in: float32 unless told otherwise. */
  readonly precision?: Precision;
  /** Whether it also tells where Read and Write look; a plain SiT has neither. */
  readonly looks?: boolean;
}

interface Forward {
  readonly g: GraphBuilder;
  readonly config: NetworkConfig;
  readonly fusedAttention: boolean;
  readonly looks: boolean;
  /** The modulation of every layer [B, P, D], and where each layer's is. */
  readonly modulation: Value;
  readonly table: ModulationTable;
}

/**
 * The graph: `image` [B, C, p·g, p·g], `modulation` [B, P, D] from the conditioning graph and, for an ELIT, `kept`
 * (the budget k, a whole number from 1 to n) -> `velocity` [B, C, p·g, p·g]; and, when asked, the weights of
 * the attention of `read` [B·G, n latents, n places] and of `write` [B·G, n places, n latents], the mean over the heads.
 * @throws ElitError weights-mismatch
 */
export function velocityGraph(
  config: NetworkConfig,
  header: SafetensorsHeader,
  { fixed, fusedAttention = false, precision = 'F32', looks = false }: GraphForm = {},
): Uint8Array<ArrayBuffer> {
  const g = new GraphBuilder('velocity', header, precision);
  const { hidden: D, inChannels: C, grid, patch } = config;
  const images = fixed?.images ?? 'images';
  const imageShape = [images, C, patch * grid, patch * grid];
  const table = modulationTable(config);
  const image = g.enter(g.input('image', 'F32', imageShape));
  const modulation = g.enter(g.input('modulation', 'F32', [images, table.width, D]));
  const f: Forward = { g, config, fusedAttention, looks, modulation, table };

  let tokens = embed(f, image); //                                             [B, T, D]
  if (config.latentInterface) {
    const kept = fixed ? g.ints([fixed.kept], []) : g.input('kept', 'I64', []);
    tokens = elit(f, config.latentInterface, tokens, kept);
  } else {
    for (let i = 0; i < config.depth; i++) tokens = block(f, i, tokens);
  }
  g.output('velocity', g.leave(final(f, tokens)), imageShape);
  return g.encode();
}

function elit(f: Forward, parts: LatentInterfaceConfig, input: Value, k: Value): Value {
  const head = parts.headBlocks;
  const tail = head + parts.coreBlocks;
  let tokens = input; //                                                       [B, T, D] raster
  for (let i = 0; i < head; i++) tokens = block(f, i, tokens);
  const { patches, latents } = read(f, tokens); //                             [B, T, D] by group
  const { first, rest } = dropTail(f, latents, k);
  let kept = first; //                                                         [B, G·k, D]
  for (let i = head; i < tail; i++) kept = block(f, i, kept);
  tokens = write(f, patches, refill(f, kept, rest)); //                        [B, T, D] raster
  for (let i = tail; i < f.config.depth; i++) tokens = block(f, i, tokens);
  return tokens;
}

/** Patch embedding and position embedding. */
function embed({ g, config }: Forward, image: Value): Value {
  const { hidden: D, inChannels: C, grid, patch } = config;
  const weight = g.weight('x_embedder.proj.weight', [D, C, patch, patch]);
  const bias = g.weight('x_embedder.proj.bias', [D]);
  const patches = g.op('Conv', [image, weight, bias], { kernel_shape: [patch, patch], strides: [patch, patch] });
  const tokens = g.op('Transpose', [g.reshape(patches, [0, D, grid * grid])], { perm: [0, 2, 1] });
  return g.op('Add', [tokens, g.weight('pos_embed', [1, grid * grid, D])]);
}

/** Transformer block (adaLN-Zero). */
function block(f: Forward, index: number, x: Value): Value {
  const { g, config, table } = f;
  const D = config.hidden;
  const name = `blocks.${index}`;
  const [first, second] = modulations(f, table.blocks[index]!) as [Modulation, Modulation];
  const qkv = linear(g, modulatedNorm(g, config, x, first), `${name}.attn.qkv`, [D, 3 * D]);
  const [q, k, v] = g.split(qkv, 3, 2) as [Value, Value, Value];
  const attended = linear(g, attend(f, q, k, v), `${name}.attn.proj`, [D, D]);
  const middle = addGated(g, x, first.gate, attended);
  const ff = feedForward(g, modulatedNorm(g, config, middle, second), `${name}.mlp`, [D, 4 * D], { bias: true });
  return addGated(g, middle, second.gate, ff);
}

/** Read: the learned queries attend to the patches of their own group. `patches` P waits for Write. */
function read(f: Forward, tokens: Value): { patches: Value; latents: Value } {
  const { g, config, table } = f;
  const D = config.hidden;
  const [T, n] = [config.grid ** 2, fullBudget(config)];
  const adapter = 'input_token_editor.adapters.0';
  const fit = `${adapter}.fit_layer`;
  const [first, second] = modulations(f, table.read!) as [Modulation, Modulation];
  const places = g.ints(groupedPlaces(config.grid, config.latentInterface!.window));

  const grouped = g.op('Gather', [tokens, places], { axis: 1 });
  const patches = g.op('Add', [grouped, everyGroup(f, `${adapter}.pos_embed`)]); // P [B, T, D]
  const queries = g.weight(`${adapter}.learned_query_embed`, [n, D]); //           [n, D]
  const seen = modulatedNorm(g, config, patches, first);
  const attended = cross(f, `${fit}.latents_attend_to_patches.0`, {
    ...{ part: 'read', queries, source: seen, shared: true },
  });
  let latents = g.op('Tile', [queries, g.ints([T / n, 1])]); //                    L [T, D]
  latents = addGated(g, latents, first.gate, attended); //                         [B, T, D]
  const normed = modulatedNorm(g, config, latents, second);
  latents = addGated(g, latents, second.gate, feedForward(g, normed, `${fit}.read_ff.0`, [D, D], { bias: false }));
  const embedded = g.op('Gather', [g.weight(`${adapter}.latent_pos_embed`, [LATENT_PLACES, D]), places], { axis: 0 });
  return { patches, latents: g.op('Add', [latents, embedded]) };
}

/** Tail drop: the first k latents of every group [B, G·k, D], and the others [B, G, n-k, D]. */
function dropTail({ g, config }: Forward, latents: Value, k: Value): { first: Value; rest: Value } {
  const D = config.hidden;
  const n = fullBudget(config);
  const groups = config.grid ** 2 / n;
  const byGroup = g.reshape(latents, [-1, groups, n, D]);
  const end = g.reshape(k, [1]);
  const axis = g.ints([2]);
  const first = g.reshape(g.op('Slice', [byGroup, g.ints([0]), end, axis]), [0, -1, D]);
  return { first, rest: g.op('Slice', [byGroup, end, g.ints([n]), axis]) };
}

/** The core's latents with the dropped ones, which keep Read's value, behind them: [B, T, D]. */
function refill({ g, config }: Forward, kept: Value, rest: Value): Value {
  const groups = config.grid ** 2 / fullBudget(config);
  const full = g.op('Concat', [g.reshape(kept, [0, groups, -1, config.hidden]), rest], { axis: 2 });
  return g.reshape(full, [0, config.grid ** 2, config.hidden]);
}

/** Write: the patches attend to the latents of their group, P += cross(P, full), then P += ff(P). */
function write(f: Forward, patches: Value, latents: Value): Value {
  const { g, config } = f;
  const D = config.hidden;
  const adapter = 'output_token_editor.adapters.0';
  const places = groupedPlaces(config.grid, config.latentInterface!.window);
  const raster = places.map((_, place) => places.indexOf(place));

  const placed = g.op('Add', [patches, everyGroup(f, `${adapter}.pos_embed`)]);
  const attended = cross(f, `${adapter}.patches_attend_to_latents.0`, {
    ...{ part: 'write', queries: placed, source: latents },
  });
  const tokens = g.op('Add', [placed, attended]);
  const written = g.op('Add', [tokens, feedForward(g, tokens, `${adapter}.write_ff.0`, [D, D], { bias: false })]);
  return g.op('Gather', [written, g.ints(raster)], { axis: 1 }); //            [B, T, D] raster
}

/**
 * Cross-attention inside the groups, with q and k normalised over the full width: queries [B, T, D], or [n, D] that
 * all groups share, and source [B, T, D] -> [B, T, D].
 */
function cross(
  f: Forward,
  name: string,
  {
    part,
    queries,
    source,
    shared = false,
  }: { part: 'read' | 'write'; queries: Value; source: Value; shared?: boolean },
): Value {
  const { g, config } = f;
  const D = config.hidden;
  const [T, n] = [config.grid ** 2, fullBudget(config)];
  const inGroups = (value: Value) => g.reshape(value, [-1, n, D]); //          [B·G, n, D], or [1, n, D]
  const q = inGroups(rmsNorm(g, config, linear(g, queries, `${name}.q_proj`, [D, D]), `${name}.q_norm`));
  const [keys, values] = g.split(linear(g, source, `${name}.kv_proj`, [D, 2 * D]), 2, 2) as [Value, Value];
  const k = inGroups(rmsNorm(g, config, keys, `${name}.k_norm`));
  // The fused operator has no queries that all sequences share.
  const asked = shared && f.fusedAttention ? g.op('Expand', [q, g.op('Shape', [k])]) : q;
  const attended = attend(f, asked, k, inGroups(values));
  if (f.looks) look(f, part, asked, k);
  return linear(g, g.reshape(attended, [-1, T, D]), `${name}.proj`, [D, D]);
}

/** Puts out the weights of an attention; the runtime sees that it has computed them already. */
function look({ g, config }: Forward, part: 'read' | 'write', q: Value, k: Value): void {
  const n = fullBudget(config);
  const mean = g.op('ReduceMean', [attentionWeights(g, config, q, k)], { axes: [1], keepdims: 0 });
  g.output(part, g.leave(mean), ['sequences', n, n]);
}

function attend({ g, config, fusedAttention: fused }: Forward, q: Value, k: Value, v: Value): Value {
  return fused ? multiHeadAttention(g, config, q, k, v) : attention(g, config, q, k, v);
}

/** Final layer: linear(LN(x)·scale + shift), and each token's patch to its place in the image. */
function final(f: Forward, x: Value): Value {
  const { g, config, table } = f;
  const { hidden: D, inChannels: C, grid, patch } = config;
  const width = patch * patch * C;
  const [shift, scale] = chunks(f, table.final) as [Value, Value];
  const rows = linear(g, modulatedNorm(g, config, x, { shift, scale }), 'final_layer.linear', [D, width]);
  const planes = g.reshape(g.op('Transpose', [rows], { perm: [0, 2, 1] }), [0, width, grid, grid]);
  return g.op('DepthToSpace', [planes], { blocksize: patch, mode: 'DCR' }); // [B, C, p·g, p·g]
}

/** A table by slot [n, D], once for every group: [T, D]. */
function everyGroup({ g, config }: Forward, name: string): Value {
  const n = fullBudget(config);
  return g.op('Tile', [g.weight(name, [n, config.hidden]), g.ints([config.grid ** 2 / n, 1])]);
}

/** (shift, scale, gate) twice, of a block or of Read, whose seventh chunk is unused. */
function modulations(f: Forward, layer: ModulatedLayer): Modulation[] {
  const parts = chunks(f, layer);
  return [0, 3].map((i) => ({ shift: parts[i]!, scale: parts[i + 1]!, gate: parts[i + 2]! }));
}

/** The chunks of one layer, each [B, 1, D]. */
function chunks({ g, modulation }: Forward, { first, chunks: count }: ModulatedLayer): Value[] {
  const part = g.op('Slice', [modulation, g.ints([first]), g.ints([first + count]), g.ints([1])]);
  return g.split(part, count, 1);
}
