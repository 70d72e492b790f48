import { describe, expect, it } from 'vitest';
import { straightRgba8 } from '../../src/runtime-onnx/straight-alpha.ts';
import { expectClose } from '../support/compare.ts';
import * as ops from './image-ops.ts';

/** But for the last bit of a double. */
const EXACT = { max: 1e-15, l2: 1e-15 };

describe('the decoder’s operations worked out by hand', () => {
  it('convolution sees zeros around the picture', () => {
    const ones = Array(9).fill(1);
    const y = ops.convolution(ops.planes(1, 2, 3, [1, 2, 3, 4, 5, 6]), ones, [10]);
    expect([...y.data]).toEqual([22, 31, 26, 22, 31, 26]);
  });

  it('convolution multiplies without turning its kernel round', () => {
    const right = [0, 0, 0, 0, 0, 1, 0, 0, 0];
    const y = ops.convolution(ops.planes(1, 1, 3, [1, 2, 3]), right, [0]);
    expect([...y.data]).toEqual([2, 3, 0]);
  });

  it('convolution of size 1 mixes channels', () => {
    const y = ops.convolution(ops.planes(2, 1, 2, [1, 2, 3, 4]), [1, 10, 0, -1], [0, 0.5]);
    expect([...y.data]).toEqual([31, 42, -2.5, -3.5]);
  });

  it('group norm is over a group’s channels and pixels', () => {
    const x = ops.planes(4, 1, 2, [1, 1, 3, 3, 5, 5, 5, 5]);
    const y = ops.groupNorm(x, { groups: 2, epsilon: 0.5, gamma: [1, 2, 3, 4], beta: [0, 0, 7, 0] });
    const unit = 1 / Math.sqrt(1.5);
    expectClose(y.data, [-unit, -unit, 2 * unit, 2 * unit, 7, 7, 0, 0], 'group norm', { bounds: EXACT });
  });

  it('pixel shuffle fills squares line by line', () => {
    const y = ops.pixelShuffle(ops.planes(4, 1, 2, [0, 10, 1, 11, 2, 12, 3, 13]), 2);
    expect([...y.data]).toEqual([0, 1, 10, 11, 2, 3, 12, 13]);
  });

  it('SiLU, scale and shift, sum', () => {
    const x = ops.planes(2, 1, 1, [0, Math.log(3)]);
    expectClose(ops.silu(x).data, [0, 0.75 * Math.log(3)], 'SiLU', { bounds: EXACT });
    expect([...ops.affine(ops.planes(2, 1, 1, [3, 4]), [2, 10], [1, -1]).data]).toEqual([7, 39]);
    expect([...ops.add(x, x).data]).toEqual([0, 2 * Math.log(3)]);
  });

  it('bytes of straight alpha are those of the path without WebGPU', () => {
    const values = Array.from({ length: 400 }, (_, i) => ((i * 37) % 101) / 80 - 0.1);
    const y = ops.straightBytes(ops.planes(4, 10, 10, Float32Array.from(values)));
    expect([...y]).toEqual([...straightRgba8(Float32Array.from(values))]);
  });
});
