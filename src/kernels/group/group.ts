import type { Dispatch } from '../../gpu/program.ts';
import { elementGrid, words } from '../layout.ts';
import groupCode from './group.wgsl?raw';

export interface GroupOptions {
  readonly label: string;
  readonly part: string;
  /** Spatial tokens [images·T, D] in raster order. */
  readonly tokens: GPUBuffer;
  readonly readPosEmbed: GPUBuffer;
  readonly writePosEmbed: GPUBuffer;
  /** [images·G·n, D]: tokens by group, with Read's position embeddings. */
  readonly readPatches: GPUBuffer;
  /** The same with Write's added as well. */
  readonly writePatches: GPUBuffer;
  readonly images: number;
  readonly grid: number;
  readonly window: number;
  readonly width: number;
}

/** Raster tokens -> windows, plus the position embeddings of Read and Write; see group.wgsl. */
export function group(options: GroupOptions): Dispatch {
  const count4 = (options.images * options.grid ** 2 * options.width) / 4;
  const { workgroups, row } = elementGrid(count4);
  return {
    kernel: { name: 'group', code: groupCode, bindings: ['read', 'read', 'read', 'write', 'write'], constants: {} },
    label: options.label,
    part: options.part,
    buffers: [options.tokens, options.readPosEmbed, options.writePosEmbed, options.readPatches, options.writePatches],
    params: words(count4, options.width / 4, options.grid, options.window, row),
    workgroups,
    flops: 8 * count4,
    bytes: 16 * 3 * count4 + 4 * 2 * options.window ** 2 * options.width,
  };
}
