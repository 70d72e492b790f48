import type { LatentInterfaceConfig, NetworkConfig } from '../../src/model/config.ts';
import type { Safetensors } from '../../src/model/safetensors.ts';
import * as layout from './layout.ts';
import type { Linear, Matrix } from './ops.ts';
import * as ops from './ops.ts';
import type { Text, Velocity } from './sampling.ts';

/** What the network computes on its way, under the names of the recorded files; [B, …] flattened. */
export type States = Record<string, Float64Array>;

export interface ForwardInput {
  /** [B, C, p·g, p·g] */
  readonly x: ArrayLike<number>;
  /** [B] */
  readonly t: ArrayLike<number>;
  /** [B] classes, or texts where the network reads those. */
  readonly y: ArrayLike<number> | readonly Text[];
  /** Latents kept a group, k. */
  readonly budget: number;
}

/** ELIT-SiT, or plain SiT without a latent interface, straight from the description of the arithmetic. */
export class ReferenceNetwork {
  /** How Read and Write of the last forward weighed [B·G·n, n], the mean over the heads: latents by places, places by latents. */
  readonly weighed: Partial<Record<'read' | 'write', Matrix>> = {};
  private readonly tensors = new Map<string, Float64Array>();

  constructor(
    readonly config: NetworkConfig,
    private readonly weights: Safetensors,
  ) {}

  /** `velocity` and all states on the way. */
  forward({ x, t, y, budget }: ForwardInput): States {
    const { grid, patch, inChannels, depth } = this.config;
    const parts = this.config.latentInterface;
    const headBlocks = parts?.headBlocks ?? 2; // the plain SiT's recorded head_out is that of blocks.1
    const states: States = {};

    const patches = layout.patchify(x, inChannels, grid, patch);
    const embedded = ops.linear(patches, this.linear('x_embedder.proj'));
    states.patch_embed_without_pos = embedded.data;
    let tokens = ops.add(embedded, this.rows('pos_embed'));

    const time = this.timestep(t);
    const label = this.label(Array.from<number | Text>(y));
    states.t_embed = time.data;
    states.y_embed = label.data;
    const c = ops.add(time, label);

    for (let i = 0; i < headBlocks; i++) {
      tokens = this.block(i, tokens, c);
      if (i === 0) states.block0 = tokens.data;
    }
    states.head_out = tokens.data;
    if (parts !== null) tokens = this.throughLatents(tokens, c, parts, budget, states);
    for (let i = headBlocks + (parts?.coreBlocks ?? 0); i < depth; i++) tokens = this.block(i, tokens, c);
    states.tail_out = tokens.data;

    const [shift, scale] = this.modulation('final_layer.', c, 2) as [Matrix, Matrix];
    const out = ops.linear(ops.modulate(ops.layerNorm(tokens), shift, scale), this.linear('final_layer.linear'));
    states.velocity = layout.unpatchify(out, inChannels, grid, patch);
    return states;
  }

  /** The velocity alone, of one image; see `sample`. */
  readonly velocity: Velocity = (x, t, label, budget) => {
    return this.forward({ x, t: [t], y: [label] as number[] | Text[], budget }).velocity ?? new Float64Array();
  };

  /** Rows of the label table, or text_proj(e) + style_table[s] with null_text for no text. */
  private label(y: readonly (number | Text)[]): Matrix {
    const texts = y.filter((one) => typeof one !== 'number');
    if (texts.length === 0) return ops.pickRows(this.rows('y_embedder.embedding_table.weight'), y as number[]);
    const projected = texts.map(({ embedding }) =>
      embedding === null
        ? this.tensor('y_embedder.null_text')
        : ops.linear(ops.matrix(embedding, embedding.length), this.linear('y_embedder.text_proj')).data,
    );
    const styles = texts.map(({ style }) => style);
    const text = ops.stack(projected, this.config.hidden);
    return ops.add(text, ops.pickRows(this.rows('y_embedder.style_table.weight'), styles));
  }

  /** Read, the core on the first k latents of every group, Write. */
  private throughLatents(
    tokens: Matrix,
    c: Matrix,
    { headBlocks, coreBlocks, window }: LatentInterfaceConfig,
    k: number,
    states: States,
  ): Matrix {
    const { grid } = this.config;
    const n = window * window;
    const { places, latents } = this.read(tokens, c, window);
    states.read_out_all_raster = layout.ungroup(latents, grid, window).data;

    let core = layout.dropTail(latents, n, k);
    states.core_in = layout.keptInRasterOrder(core, grid, window, k).data;
    for (let i = headBlocks; i < headBlocks + coreBlocks; i++) core = this.block(i, core, c);
    states.core_out = layout.keptInRasterOrder(core, grid, window, k).data;

    const written = layout.ungroup(this.write(places, layout.refill(core, latents, n, k), n), grid, window);
    states.write_out = written.data;
    return written;
  }

  private read(tokens: Matrix, c: Matrix, window: number): { places: Matrix; latents: Matrix } {
    const { grid } = this.config;
    const read = 'input_token_editor.adapters.0.';
    const groups = tokens.rows / window ** 2;
    const places = ops.add(layout.group(tokens, grid, window), this.rows(`${read}pos_embed`));
    const [shift1, scale1, gate1, shift2, scale2, gate2] = this.modulation(`${read}fit_layer.`, c, 7) as Matrix[];

    let latents = ops.add(ops.matrix(tokens.rows, tokens.cols), this.rows(`${read}learned_query_embed`));
    const seen = ops.modulate(ops.layerNorm(places), shift1!, scale1!);
    const attended = this.cross(`${read}fit_layer.latents_attend_to_patches.0.`, latents, seen, groups, 'read');
    latents = ops.addGated(latents, gate1!, attended);
    const modulated = ops.modulate(ops.layerNorm(latents), shift2!, scale2!);
    latents = ops.addGated(latents, gate2!, this.feedForward(`${read}fit_layer.read_ff.0.`, modulated));

    const raster = layout.ungroup(latents, grid, window);
    const placed = ops.add(raster, ops.pickRows(this.rows(`${read}latent_pos_embed`), firstRows(grid * grid)));
    return { places, latents: layout.group(placed, grid, window) };
  }

  private write(places: Matrix, latents: Matrix, n: number): Matrix {
    const write = 'output_token_editor.adapters.0.';
    const placed = ops.add(places, this.rows(`${write}pos_embed`));
    const attended = this.cross(`${write}patches_attend_to_latents.0.`, placed, latents, placed.rows / n, 'write');
    const tokens = ops.add(placed, attended);
    return ops.add(tokens, this.feedForward(`${write}write_ff.0.`, tokens));
  }

  /** One transformer block (adaLN-Zero) on the rows of all images. */
  private block(index: number, x: Matrix, c: Matrix): Matrix {
    const name = `blocks.${index}.`;
    const [shift1, scale1, gate1, shift2, scale2, gate2] = this.modulation(name, c, 6) as Matrix[];
    const qkv = ops.linear(ops.modulate(ops.layerNorm(x), shift1!, scale1!), this.linear(`${name}attn.qkv`));
    const [q, k, v] = ops.split(qkv, 3) as [Matrix, Matrix, Matrix];
    const attended = ops.attention(q, k, v, this.config.heads, c.rows);
    const y = ops.addGated(x, gate1!, ops.linear(attended, this.linear(`${name}attn.proj`)));
    return ops.addGated(y, gate2!, this.feedForward(`${name}mlp.`, ops.modulate(ops.layerNorm(y), shift2!, scale2!)));
  }

  private cross(name: string, queries: Matrix, source: Matrix, groups: number, part: 'read' | 'write'): Matrix {
    const q = ops.rmsNorm(ops.linear(queries, this.linear(`${name}q_proj`)), this.tensor(`${name}q_norm.scale`));
    const [keys, values] = ops.split(ops.linear(source, this.linear(`${name}kv_proj`)), 2) as [Matrix, Matrix];
    const k = ops.rmsNorm(keys, this.tensor(`${name}k_norm.scale`));
    this.weighed[part] = ops.attentionWeights(q, k, this.config.heads, groups);
    return ops.linear(ops.attention(q, k, values, this.config.heads, groups), this.linear(`${name}proj`));
  }

  private feedForward(name: string, x: Matrix): Matrix {
    return ops.linear(ops.gelu(ops.linear(x, this.linear(`${name}fc1`))), this.linear(`${name}fc2`));
  }

  private modulation(name: string, c: Matrix, parts: number): Matrix[] {
    return ops.split(ops.linear(ops.silu(c), this.linear(`${name}adaLN_modulation.1`)), parts);
  }

  private timestep(t: ArrayLike<number>): Matrix {
    const scaled = Array.from(t, (time) => time * this.config.timeScale);
    const hidden = ops.linear(ops.timestepSinusoid(scaled), this.linear('t_embedder.mlp.0'));
    return ops.linear(ops.silu(hidden), this.linear('t_embedder.mlp.2'));
  }

  private linear(name: string): Linear {
    const bias = this.weights.has(`${name}.bias`) ? this.tensor(`${name}.bias`) : null;
    return { weight: this.tensor(`${name}.weight`), bias };
  }

  private rows(name: string): Matrix {
    const data = this.tensor(name);
    return { rows: data.length / this.config.hidden, cols: this.config.hidden, data };
  }

  private tensor(name: string): Float64Array {
    const cached = this.tensors.get(name) ?? Float64Array.from(this.weights.float32(name));
    this.tensors.set(name, cached);
    return cached;
  }
}

function firstRows(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
