import { describe, it } from 'vitest';
import * as ops from '../../../test/reference/image-ops.ts';
import { expectClose } from '../../../test/support/compare.ts';
import { mapResult, normalPlanes, roomForMap, uploadMap } from '../../../test/support/feature-maps.ts';
import { type Bench, onGpu } from '../../../test/support/gpu.ts';
import { normals } from '../../../test/support/numbers.ts';
import { type MapShape, quads } from '../feature-map.ts';
import { groupNorm, statisticsBytes } from './group-norm.ts';

const BOUNDS = { max: 2e-6, l2: 1e-6 };
const EPSILON = 1e-5;

interface Settings {
  readonly groups: number;
  readonly silu?: boolean;
  readonly bounds?: typeof BOUNDS;
}

async function expectNorm(bench: Bench, x: ops.Planes, { groups, silu = false, bounds = BOUNDS }: Settings) {
  const [gamma, beta] = [normals(5, 1, x.channels).data, normals(6, 1, x.channels).data];
  const output = roomForMap(bench, x);
  const channels = new Float32Array(4 * quads(x.channels));
  await bench.run(
    groupNorm({
      label: 'norm',
      part: 'test',
      input: uploadMap(bench, x),
      gamma: bench.floats(gamma),
      beta: bench.floats(beta),
      groups,
      epsilon: EPSILON,
      silu,
      scratch: {
        means: bench.room(statisticsBytes(x) / 4),
        deviations: bench.room(statisticsBytes(x) / 4),
        centre: bench.floats(channels),
        scale: bench.floats(channels),
      },
      output,
    }),
  );
  const normal = ops.groupNorm(x, { groups, epsilon: EPSILON, gamma, beta });
  const expected = silu ? ops.silu(normal) : normal;
  const shape = [x.channels, x.height, x.width];
  expectClose((await mapResult(bench, output)).data, expected.data, 'group norm', { shape, bounds });
}

describe('group norm', () => {
  it.each<[MapShape, number]>([
    [{ channels: 40, height: 16, width: 16 }, 8], // groups of 5 channels, across vec4s
    [{ channels: 80, height: 3, width: 7 }, 8],
    [{ channels: 6, height: 5, width: 5 }, 2], // channels padded
    [{ channels: 7, height: 1, width: 1 }, 1],
    [{ channels: 4, height: 1, width: 33 }, 4], // every channel for itself, the last run of one pixel
    [{ channels: 12, height: 61, width: 67 }, 3], // more pixels than the shortest runs hold
  ])('%o in %i groups', (shape, groups) =>
    onGpu(async (bench) => {
      const x = normalPlanes(7, shape, 3, 0.5);
      await expectNorm(bench, x, { groups });
      await expectNorm(bench, x, { groups, silu: true });
    }),
  );

  it('keeps small deviations about a large mean', () =>
    onGpu(async (bench) => {
      const x = normalPlanes(8, { channels: 8, height: 20, width: 20 }, 1, 1000);
      // The mean itself is a sum in float32: 4 units in the last place of 1000 are 2.4e-4, against deviations of 1.
      await expectNorm(bench, x, { groups: 2, bounds: { max: 2.4e-4, l2: 2.4e-4 } });
    }));

  it('is not misled by one value far from the others', () =>
    onGpu(async (bench) => {
      const x = normalPlanes(9, { channels: 4, height: 8, width: 8 });
      x.data[0] = 1e4;
      await expectNorm(bench, x, { groups: 2 });
    }));

  it('makes the bias of a constant', () =>
    onGpu((bench) => expectNorm(bench, ops.planes(4, 4, 4, new Float32Array(64).fill(3)), { groups: 2 })));

  it('SiLU of very negative numbers is 0', () =>
    onGpu(async (bench) => {
      const x = normalPlanes(9, { channels: 4, height: 64, width: 64 });
      x.data[5] = -1e6; // 60 deviations down
      await expectNorm(bench, x, { groups: 1, silu: true });
    }));
});
