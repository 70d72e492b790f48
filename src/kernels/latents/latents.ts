import type { Dispatch } from '../../gpu/program.ts';
import { type FeatureMap, pixels, quads } from '../feature-map.ts';
import { elementGrid, words } from '../layout.ts';
import latentsCode from './latents.wgsl?raw';

export interface LatentsOptions {
  readonly label: string;
  readonly part: string;
  /** Planes [C, H, W]. */
  readonly latents: GPUBuffer;
  /** [C], padded with zeros to whole vec4s. */
  readonly scale: GPUBuffer;
  readonly shift: GPUBuffer;
  readonly output: FeatureMap;
}

/** Planes of latents -> a feature map, scaled and shifted by channel; see latents.wgsl. */
export function latentsToMap({ label, part, latents, scale, shift, output }: LatentsOptions): Dispatch {
  const count = pixels(output) * quads(output.channels);
  const { workgroups, row } = elementGrid(count);
  return {
    kernel: { name: 'latents', code: latentsCode, bindings: ['read', 'read', 'read', 'write'], constants: {} },
    label,
    part,
    buffers: [latents, scale, shift, output.buffer],
    params: words(count, pixels(output), output.channels, row),
    workgroups,
    flops: 2 * pixels(output) * output.channels,
    bytes: 4 * pixels(output) * output.channels + 16 * (count + 2 * quads(output.channels)),
  };
}
