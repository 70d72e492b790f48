import { describe, it } from 'vitest';
import { forwardStates } from '../../src/cli/verify/states.ts';
import { Network } from '../../src/model/network.ts';
import { Safetensors } from '../../src/model/safetensors.ts';
import { ReferenceNetwork } from '../reference/network.ts';
import { expectClose } from '../support/compare.ts';
import { guarded, sharedGpu } from '../support/gpu.ts';
import { stored } from '../support/numbers.ts';
import { type RecordedNetwork, readRecorded } from '../support/recorded.ts';
import { rewrittenSafetensors } from '../support/safetensors.ts';

/** A recorded network's weights, all of them rounded to another precision. */
function rounded({ weights }: RecordedNetwork, dtype: 'F16' | 'BF16'): Safetensors {
  const file = rewrittenSafetensors(weights, (name, { shape }) => {
    return { dtype, shape, bytes: stored(dtype, weights.float32(name)).bytes };
  });
  return Safetensors.parse(file);
}

describe('a network whose weights are stored in half the bytes', () => {
  it.each([
    ['F16', 1],
    ['F16', 5],
    ['BF16', 5],
  ] as const)('%s, budget %d: computes with just those values', async (dtype, budget) => {
    const recorded = await readRecorded('elit-sit-a');
    const weights = rounded(recorded, dtype);
    const [x, t, y] = ['x', 't', 'y'].map((name) => recorded.golden.float32(name));
    const inputs = { x: x!, t: t!, y: y! };
    const expected = new ReferenceNetwork(recorded.config, weights).forward({ ...inputs, budget });
    const gpu = await sharedGpu();
    await guarded(gpu, async () => {
      const network = await Network.load(gpu, recorded.config, weights);
      const states = await forwardStates(gpu, network, inputs, budget);
      for (const state of ['head_out', 'core_in', 'core_out', 'write_out', 'tail_out', 'velocity']) {
        expectClose(states.get(state)!, expected[state]!, state);
      }
      await network.dispose();
    });
  });
});
