import type { Dispatch } from '../../gpu/program.ts';
import { type FeatureMap, mapBytes, quads } from '../feature-map.ts';
import { elementGrid, floatWord, words } from '../layout.ts';
import rgba8Code from './rgba8.wgsl?raw';

/** Red, green, blue, alpha. */
export const RGBA = 4;

export interface Rgba8Options {
  readonly label: string;
  readonly part: string;
  /** Of 4 · block² channels. */
  readonly input: FeatureMap;
  /** Pixels of 4 bytes, `block` times as many a side as the input has. */
  readonly output: GPUBuffer;
  readonly block: number;
  /** premultiplied RGBA = clip(shuffled input · scale + shift), each of four numbers. */
  readonly scale: ArrayLike<number>;
  readonly shift: ArrayLike<number>;
  /** Bounds of the clip. */
  readonly low: number;
  readonly high: number;
}

/** A feature map -> RGBA8 with straight alpha; see rgba8.wgsl. */
export function rgba8({ label, part, input, output, block, scale, shift, low, high }: Rgba8Options): Dispatch {
  const width = input.width * block;
  const count = input.height * block * width;
  const { workgroups, row } = elementGrid(count);
  const floats = [...Array.from(scale), ...Array.from(shift), low, high].map(floatWord);
  return {
    kernel: { name: 'rgba8', code: rgba8Code, bindings: ['read', 'write'], constants: {} },
    label,
    part,
    buffers: [input.buffer, output],
    params: words(...floats, count, width, block, 4 * quads(input.channels), row),
    workgroups,
    flops: 16 * count,
    bytes: mapBytes(input) + 4 * count,
  };
}
