import type { Dispatch } from '../../gpu/program.ts';
import { words } from '../layout.ts';
import rmsNormCode from './rms-norm.wgsl?raw';

export interface RmsNormOptions {
  readonly label: string;
  readonly part: string;
  /** [rows, width] */
  readonly input: GPUBuffer;
  readonly scale: GPUBuffer;
  readonly output: GPUBuffer;
  readonly rows: number;
  readonly width: number;
}

/** x / (rms(x) + 1e-5) · scale over the full width; see rms-norm.wgsl. */
export function rmsNorm(options: RmsNormOptions): Dispatch {
  return {
    kernel: { name: 'rms-norm', code: rmsNormCode, bindings: ['read', 'read', 'write'], constants: {} },
    label: options.label,
    part: options.part,
    buffers: [options.input, options.scale, options.output],
    params: words(options.width / 4),
    workgroups: [options.rows, 1, 1],
    flops: 4 * options.rows * options.width,
    bytes: 4 * (2 * options.rows + 1) * options.width,
  };
}
