import { describe, it } from 'vitest';
import * as ops from '../../../test/reference/image-ops.ts';
import { expectClose } from '../../../test/support/compare.ts';
import { mapResult, normalPlanes, roomForMap } from '../../../test/support/feature-maps.ts';
import { onGpu } from '../../../test/support/gpu.ts';
import { normals } from '../../../test/support/numbers.ts';
import { latentsToMap } from './latents.ts';

const BOUNDS = { max: 1e-6, l2: 5e-7 };

describe('latents to a feature map', () => {
  it.each([
    { channels: 8, height: 16, width: 16 },
    { channels: 3, height: 5, width: 7 },
    { channels: 5, height: 1, width: 1 },
  ])('$channels channels of $height × $width', (shape) =>
    onGpu(async (bench) => {
      const x = normalPlanes(1, shape);
      const [scale, shift] = [normals(2, 1, shape.channels).data, normals(3, 1, shape.channels).data];
      const output = roomForMap(bench, shape);
      const inputs = { latents: bench.floats(x.data), scale: bench.floats(scale), shift: bench.floats(shift) };
      await bench.run([latentsToMap({ label: 'latents', part: 'test', ...inputs, output })]);
      const expected = ops.affine(x, scale, shift).data;
      expectClose((await mapResult(bench, output)).data, expected, 'latents', { bounds: BOUNDS });
    }),
  );
});
