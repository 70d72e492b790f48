import type { Dispatch } from '../../gpu/program.ts';
import { type FeatureMap, mapBytes, pixels, quads } from '../feature-map.ts';
import { elementGrid, words } from '../layout.ts';
import pixelShuffleCode from './pixel-shuffle.wgsl?raw';

export interface PixelShuffleOptions {
  readonly label: string;
  readonly part: string;
  /** Of output.channels · block² channels. */
  readonly input: FeatureMap;
  /** `block` times as wide and high. */
  readonly output: FeatureMap;
  readonly block: number;
}

/** Channels to pixels; see pixel-shuffle.wgsl. */
export function pixelShuffle({ label, part, input, output, block }: PixelShuffleOptions): Dispatch {
  const count = pixels(output) * quads(output.channels);
  const { workgroups, row } = elementGrid(count);
  return {
    kernel: { name: 'pixel-shuffle', code: pixelShuffleCode, bindings: ['read', 'write'], constants: {} },
    label,
    part,
    buffers: [input.buffer, output.buffer],
    params: words(count, output.width, output.channels, block, 4 * quads(input.channels), row),
    workgroups,
    flops: 0,
    bytes: mapBytes(input) + mapBytes(output),
  };
}
