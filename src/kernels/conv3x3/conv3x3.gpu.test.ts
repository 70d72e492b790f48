import { describe, expect, it } from 'vitest';
import * as ops from '../../../test/reference/image-ops.ts';
import { expectClose } from '../../../test/support/compare.ts';
import { mapResult, normalPlanes, roomForMap, uploadMap } from '../../../test/support/feature-maps.ts';
import { type Bench, onGpu } from '../../../test/support/gpu.ts';
import { normals } from '../../../test/support/numbers.ts';
import { conv3x3, packConv3x3 } from './conv3x3.ts';

const BOUNDS = { max: 2e-6, l2: 1e-6 };

interface Shape {
  readonly inputs: number;
  readonly outputs: number;
  readonly height: number;
  readonly width: number;
}

/** A convolution of normal numbers whose results are about as large, in every way there is, against the oracle. */
async function expectConvolution(bench: Bench, { inputs, outputs, height, width }: Shape, residual: boolean) {
  const x = normalPlanes(1, { channels: inputs, height, width });
  const y = normalPlanes(4, { channels: outputs, height, width });
  const weights = Float32Array.from(normals(2, outputs, inputs * 9, 1 / Math.sqrt(9 * inputs)).data);
  const bias = normals(3, 1, outputs).data;
  const product = ops.convolution(x, weights, bias);
  const expected = residual ? ops.add(product, y) : product;
  const shape = [outputs, height, width];
  for (const variant of variantsOf(bench)) {
    const output = roomForMap(bench, y);
    const launch = conv3x3({
      label: 'conv',
      part: 'test',
      input: uploadMap(bench, x),
      weights: bench.floats(packConv3x3(weights, inputs, outputs)),
      bias: bench.floats(bias),
      residual: residual ? uploadMap(bench, y) : null,
      output,
      variant,
    });
    await bench.run([launch]);
    expectClose((await mapResult(bench, output)).data, expected.data, variant, { shape, bounds: BOUNDS });
    expect(launch.flops).toBe(2 * 9 * inputs * outputs * height * width);
  }
}

function variantsOf({ gpu }: Bench): ('direct' | 'quad')[] {
  return gpu.device.features.has('subgroups') ? ['direct', 'quad'] : ['direct'];
}

describe('3×3 convolution', () => {
  it.each<Shape>([
    { inputs: 8, outputs: 160, height: 16, width: 16 },
    { inputs: 4, outputs: 4, height: 1, width: 1 },
    { inputs: 8, outputs: 12, height: 1, width: 9 },
    { inputs: 12, outputs: 8, height: 9, width: 1 },
    { inputs: 20, outputs: 40, height: 5, width: 13 },
    { inputs: 5, outputs: 7, height: 3, width: 8 },
    { inputs: 1, outputs: 3, height: 2, width: 17 },
  ])('$inputs → $outputs channels, $height × $width', (shape) =>
    onGpu(async (bench) => {
      await expectConvolution(bench, shape, false);
      await expectConvolution(bench, shape, true);
    }),
  );
});
