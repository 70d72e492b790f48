import type { Dispatch } from '../../gpu/program.ts';
import { type FeatureMap, mapBytes, pixels, quads } from '../feature-map.ts';
import { elementGrid, words } from '../layout.ts';
import directCode from './direct.wgsl?raw';
import operandsCode from './operands.wgsl?raw';
import quadCode from './quad.wgsl?raw';

/** Pixels of a line that an invocation makes (TILE in operands.wgsl). */
const TILE = 8;
const TAPS = 3;
const QUAD = 4;

const CODE: Readonly<Record<Conv3x3Options['variant'], string>> = {
  direct: `${operandsCode}\n${directCode}`,
  quad: `enable subgroups;\ndiagnostic(off, subgroup_uniformity);\n${operandsCode}\n${quadCode}`, // quads leave as a whole
};

export interface Conv3x3Options {
  readonly label: string;
  readonly part: string;
  readonly input: FeatureMap;
  /** As `packConv3x3` lays them out. */
  readonly weights: GPUBuffer;
  /** [outputs], padded to whole vec4s. */
  readonly bias: GPUBuffer;
  /** Added to the result; of its shape. */
  readonly residual: FeatureMap | null;
  readonly output: FeatureMap;
  /** Which way to compute it; 'quad' needs subgroups. */
  readonly variant: 'direct' | 'quad';
}

/** 3×3 convolution with stride 1 and zeros around the picture, bias and residual in one; see direct.wgsl and quad.wgsl. */
export function conv3x3({ label, part, input, weights, bias, residual, output, variant }: Conv3x3Options): Dispatch {
  const { height, width } = input;
  const outputs = quads(output.channels);
  const lanes = variant === 'quad' ? QUAD : 1;
  const count = height * Math.ceil(width / TILE) * Math.ceil(outputs / lanes);
  const { workgroups, row } = elementGrid(lanes * count);
  return {
    kernel: {
      name: `conv3x3 ${variant}`,
      code: CODE[variant],
      bindings: ['read', 'read', 'read', 'read', 'write'],
      constants: {},
    },
    label,
    part,
    buffers: [input.buffer, weights, bias, residual?.buffer ?? bias, output.buffer],
    params: words(height, width, quads(input.channels), outputs, count, row, Number(residual !== null)),
    workgroups,
    flops: 2 * TAPS * TAPS * pixels(input) * input.channels * output.channels,
    bytes:
      mapBytes(input) +
      (residual ? 2 : 1) * mapBytes(output) +
      16 * outputs * (1 + 4 * TAPS * TAPS * quads(input.channels)),
  };
}

/**
 * Weights [outputs, inputs, 3, 3] in the order the kernel reads them: [ky, inputs/4, kx, 4, outputs/4, 4], where
 * the inner 4 are inputs and the outer 4 outputs; what is padded is zero.
 */
export function packConv3x3(weights: Float32Array, inputs: number, outputs: number): Float32Array<ArrayBuffer> {
  const in4 = quads(inputs);
  const out4 = quads(outputs);
  const packed = new Float32Array(TAPS * TAPS * 16 * in4 * out4);
  for (let output = 0; output < outputs; output++) {
    for (let input = 0; input < inputs; input++) {
      for (let tap = 0; tap < TAPS * TAPS; tap++) {
        const ky = Math.floor(tap / TAPS);
        const block = (ky * in4 + Math.floor(input / 4)) * TAPS + (tap % TAPS);
        const vector = (block * 4 + (output % 4)) * out4 + Math.floor(output / 4);
        packed[4 * vector + (input % 4)] = weights[(output * inputs + input) * TAPS * TAPS + tap] ?? Number.NaN;
      }
    }
  }
  return packed;
}
