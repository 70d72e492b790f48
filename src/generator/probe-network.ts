import type { NetworkConfig } from '../model/config.ts';
import { Safetensors } from '../model/safetensors.ts';
import { TIME_FEATURES } from '../model/time-features.ts';

/** A plain SiT of two blocks with the width and the tokens of a small model: what two backends are compared on. */
export const PROBE_CONFIG: NetworkConfig = {
  hidden: 256,
  heads: 4,
  depth: 2,
  grid: 8,
  patch: 1,
  inChannels: 4,
  numClasses: 1,
  timeScale: 1,
  latentInterface: null,
};

/** Its weights: zeros, which take as long to multiply as any other numbers. */
export function probeWeights(): Safetensors {
  const { hidden: D, depth, grid, patch, inChannels: C, numClasses } = PROBE_CONFIG;
  const shapes: Shapes = [
    ['pos_embed', [1, grid * grid, D]],
    ['y_embedder.embedding_table.weight', [numClasses + 1, D]],
    ['x_embedder.proj.weight', [D, C, patch, patch]],
    ['x_embedder.proj.bias', [D]],
    ...linear('t_embedder.mlp.0', TIME_FEATURES, D),
    ...linear('t_embedder.mlp.2', D, D),
    ...linear('final_layer.linear', D, patch * patch * C),
    ...linear('final_layer.adaLN_modulation.1', D, 2 * D),
    ...Array.from({ length: depth }, (_, i) => block(`blocks.${i}`, D)).flat(),
  ];
  let end = 0;
  const header = shapes.map(([name, shape]) => {
    const begin = end;
    end += 4 * shape.reduce((product, length) => product * length, 1);
    return [name, { dtype: 'F32', shape, data_offsets: [begin, end] }] as const;
  });
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const file = new Uint8Array(8 + json.length + end);
  new DataView(file.buffer).setUint32(0, json.length, true);
  file.set(json, 8);
  return Safetensors.parse(file);
}

type Shapes = [name: string, shape: readonly number[]][];

function linear(name: string, inputs: number, outputs: number): Shapes {
  return [
    [`${name}.weight`, [outputs, inputs]],
    [`${name}.bias`, [outputs]],
  ];
}

function block(name: string, D: number): Shapes {
  return [
    ...linear(`${name}.attn.qkv`, D, 3 * D),
    ...linear(`${name}.attn.proj`, D, D),
    ...linear(`${name}.mlp.fc1`, D, 4 * D),
    ...linear(`${name}.mlp.fc2`, 4 * D, D),
    ...linear(`${name}.adaLN_modulation.1`, D, 6 * D),
  ];
}
