import { describe, expect, it } from 'vitest';
import { guarded, sharedGpu } from '../../test/support/gpu.ts';
import { type RecordedNetwork, readRecorded } from '../../test/support/recorded.ts';
import type { Dispatch } from '../gpu/program.ts';
import { fullBudget, type NetworkConfig } from './config.ts';
import { forwardFlops } from './cost.ts';
import { forwardLaunches, type LaunchCounts, sumLaunches } from './launches.ts';
import { Network } from './network.ts';

const WEIGHT_BYTES = 4; // the recorded networks are float32

async function withForwards(
  { config, weights }: RecordedNetwork,
  test: (kept: number, dispatches: readonly Dispatch[]) => void,
): Promise<void> {
  const gpu = await sharedGpu();
  await guarded(gpu, async () => {
    const network = await Network.load(gpu, config, weights);
    for (let kept = 1; kept <= fullBudget(config); kept++) {
      test(kept, (await network.velocity([{ firstImage: 0, images: 1, kept }])).program.dispatches);
    }
    await network.dispose();
  });
}

const counted = (dispatches: readonly Dispatch[]): LaunchCounts =>
  sumLaunches(dispatches.map(({ flops, bytes }) => ({ flops, bytes, dispatches: 1 })));

describe.each(['elit-sit-a', 'elit-sit-b', 'elit-sit-e', 'sit-a'] as const)('the launches of %s', (name) => {
  it('are those that are recorded, at every budget', async () => {
    const network = await readRecorded(name);
    await withForwards(network, (kept, dispatches) => {
      expect(counted(dispatches), `budget ${kept}`).toEqual(forwardLaunches(network.config, kept, WEIGHT_BYTES));
    });
  });

  it('move no more bytes than their bindings hold, and at least each result', async () => {
    await withForwards(await readRecorded(name), (_, dispatches) => {
      for (const { label, bytes, buffers } of dispatches) {
        const bound = [...new Set(buffers)].reduce((sum, buffer) => sum + buffer.size, 0);
        expect(bytes, label).toBeLessThanOrEqual(bound);
        expect(bytes, label).toBeGreaterThan(0);
      }
    });
  });

  it('differ from the arithmetic of the method by what is computed once a run', async () => {
    const { config } = await readRecorded(name);
    for (let kept = 1; kept <= fullBudget(config); kept++) {
      const { flops } = forwardLaunches(config, kept, WEIGHT_BYTES);
      expect(forwardFlops(config, kept) - flops).toBe(onceARun(config));
    }
  });
});

/** Timestep MLP, modulation of every layer, and Read's queries of all T places; less the additions of `group`. */
function onceARun({ hidden: D, grid, depth, latentInterface }: NetworkConfig): number {
  const T = grid ** 2;
  const chunks = 6 * depth + 2 + (latentInterface ? 7 : 0);
  const conditioning = 2 * (256 * D + D * D + chunks * D * D);
  return conditioning + (latentInterface ? 2 * T * D * D - 2 * T * D : 0);
}
