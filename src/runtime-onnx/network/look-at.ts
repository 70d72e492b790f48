import type { StageMaps } from '../../sampling/attention-run.ts';
import type { RunSpec } from '../../sampling/sampling-run.ts';
import type { OnnxNetwork } from './network.ts';
import { OnnxSampler, type OnnxSamplingRun, type VelocityNetwork } from './sampler.ts';

/** A run that is looked at. */
interface LookedAtRun {
  readonly run: OnnxSamplingRun;
  /** Of the conditional call of the last submitted stage. */
  maps(): Promise<StageMaps>;
  dispose(): Promise<void>;
}

/**
 * A run of a network with Read and Write that also tells where they look: its calls know it anyway.
 * @throws ElitError runtime-failed
 */
export async function lookAt(
  network: VelocityNetwork & Pick<OnnxNetwork, 'look'>,
  spec: RunSpec,
): Promise<LookedAtRun> {
  const seen = new Map<number, StageMaps>();
  const watched: VelocityNetwork = {
    label: (index) => network.label(index),
    condition: (...run) => network.condition(...run),
    velocity: async (states, modulation, stage, batch) => {
      const { velocity, maps } = await network.look(states, modulation, stage, batch);
      if (maps !== null && batch.firstImage === 0) seen.set(stage, maps); // the guiding image comes second
      return velocity;
    },
  };
  const run = await new OnnxSampler(watched).begin(spec);
  const maps = async () => {
    const stage = run.submitted - 1;
    await run.drained();
    const found = seen.get(stage);
    if (found === undefined) throw new RangeError(`stage ${stage} was not run`);
    return found;
  };
  return { run, maps, dispose: async () => run.dispose() };
}
