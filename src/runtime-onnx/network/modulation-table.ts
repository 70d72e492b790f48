import type { NetworkConfig } from '../../model/config.ts';

/**
 * Where the table of modulations [rows, P, D] has each layer's chunks of D: every block's six, Read's seven, the final
 * layer's two. The conditioning graph makes the table and the velocity graph reads it.
 */

/** A layer's part of the table. */
export interface ModulatedLayer {
  /** Its linear is `name`.adaLN_modulation.1. */
  readonly name: string;
  readonly first: number;
  readonly chunks: number;
}

const BLOCK_CHUNKS = 6;
const READ_CHUNKS = 7;
const FINAL_CHUNKS = 2;
/** Scales are at chunk 1 and, where there is one, at chunk 4: shift, scale, gate, shift, scale, gate. */
const SCALE_PERIOD = 3;

export interface ModulationTable {
  readonly blocks: readonly ModulatedLayer[];
  readonly read: ModulatedLayer | null;
  readonly final: ModulatedLayer;
  /** All of them in the order of the table. */
  readonly layers: readonly ModulatedLayer[];
  /** Chunks in a row, P. */
  readonly width: number;
}

export function modulationTable({ depth, latentInterface }: NetworkConfig): ModulationTable {
  const layers: ModulatedLayer[] = [];
  let width = 0;
  const layer = (name: string, chunks: number): ModulatedLayer => {
    const added = { name, first: width, chunks };
    width += chunks;
    layers.push(added);
    return added;
  };
  const blocks = Array.from({ length: depth }, (_, index) => layer(`blocks.${index}`, BLOCK_CHUNKS));
  const read = latentInterface ? layer('input_token_editor.adapters.0.fit_layer', READ_CHUNKS) : null;
  const final = layer('final_layer', FINAL_CHUNKS);
  return { blocks, read, final, layers, width };
}

/** Whether a layer's chunk is a scale, which the table holds with its 1 added. */
export function isScale(chunk: number): boolean {
  return chunk % SCALE_PERIOD === 1;
}
