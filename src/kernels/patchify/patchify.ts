import type { Dispatch } from '../../gpu/program.ts';
import { elementGrid, words } from '../layout.ts';
import patchifyCode from './patchify.wgsl?raw';

export interface PatchifyOptions {
  readonly label: string;
  readonly part: string;
  /** [states, C, p·g, p·g] */
  readonly image: GPUBuffer;
  /** [images·T, columns] */
  readonly patches: GPUBuffer;
  readonly images: number;
  readonly states: number;
  readonly channels: number;
  readonly patch: number;
  readonly grid: number;
  /** Length of a patch row: C·p·p padded to a multiple of 4. */
  readonly columns: number;
}

/** Images -> rows of patches, one copy for each image of the batch; see patchify.wgsl. */
export function patchify(options: PatchifyOptions): Dispatch {
  const count = options.images * options.grid ** 2 * options.columns;
  const { workgroups, row } = elementGrid(count);
  return {
    kernel: { name: 'patchify', code: patchifyCode, bindings: ['read', 'write'], constants: {} },
    label: options.label,
    part: options.part,
    buffers: [options.image, options.patches],
    params: words(count, options.columns, options.channels, options.patch, options.grid, options.states, row),
    workgroups,
    flops: 0,
    bytes: 4 * (count + options.states * options.channels * (options.patch * options.grid) ** 2),
  };
}
