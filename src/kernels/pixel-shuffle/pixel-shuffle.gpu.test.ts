import { describe, expect, it } from 'vitest';
import * as ops from '../../../test/reference/image-ops.ts';
import { mapResult, normalPlanes, roomForMap, uploadMap } from '../../../test/support/feature-maps.ts';
import { onGpu } from '../../../test/support/gpu.ts';
import { pixelShuffle } from './pixel-shuffle.ts';

describe('pixel shuffle', () => {
  it.each([
    { channels: 8, height: 4, width: 6, block: 2 },
    { channels: 5, height: 3, width: 7, block: 2 },
    { channels: 1, height: 2, width: 3, block: 3 },
    { channels: 6, height: 1, width: 5, block: 1 },
  ])('$channels channels of $height × $width, by $block', ({ channels, height, width, block }) =>
    onGpu(async (bench) => {
      const x = normalPlanes(1, { channels: channels * block ** 2, height, width });
      const output = roomForMap(bench, { channels, height: height * block, width: width * block });
      await bench.run([pixelShuffle({ label: 'shuffle', part: 'test', input: uploadMap(bench, x), output, block })]);
      expect((await mapResult(bench, output)).data).toEqual(ops.pixelShuffle(x, block).data);
    }),
  );
});
