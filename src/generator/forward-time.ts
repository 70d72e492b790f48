import { solve } from '../sampling/solvers.ts';
import type { Device } from './device.ts';
import { PROBE_CONFIG, probeWeights } from './probe-network.ts';

/** The first forward compiles, the best of the others counts. */
const FORWARDS = 4;

/**
 * Milliseconds that one small forward takes on a device.
 * @throws ElitError of opening a network there, or of running it
 */
export async function timeForward(device: Pick<Device, 'open'>): Promise<number> {
  const { inChannels, grid } = PROBE_CONFIG;
  const sampler = await device.open(PROBE_CONFIG, probeWeights());
  try {
    const run = await sampler.begin({
      noise: new Float32Array(inChannels * grid * grid),
      label: 0,
      nullLabel: 1,
      stages: solve('euler', FORWARDS),
      budget: 1,
      guidance: { kind: 'none', scale: 1, budget: 1, interval: [0, 1] },
    });
    const times: number[] = [];
    try {
      for (const index of run.stages.keys()) {
        const from = performance.now();
        run.submit(index);
        await run.drained();
        times.push(performance.now() - from);
      }
    } finally {
      run.dispose();
    }
    return Math.min(...times.slice(1));
  } finally {
    await sampler.dispose();
  }
}
