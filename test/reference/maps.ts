import type { Guidance } from '../../src/sampling/guidance.ts';
import type { SolverName } from '../../src/sampling/solvers.ts';
import type { RecordedNetwork } from '../support/recorded.ts';
import { ReferenceNetwork } from './network.ts';
import { sample } from './sampling.ts';

export interface LookedAtCase {
  readonly solver: SolverName;
  readonly steps: number;
  readonly budget: number;
  readonly guidance: Guidance;
}

/** Where Read and Write of every stage's conditional call look, in a run from the recorded noise to the class `label`. */
export function expectedMaps(recorded: RecordedNetwork, run: LookedAtCase, label: number) {
  const network = new ReferenceNetwork(recorded.config, recorded.weights);
  const maps: { read: Float64Array; write: Float64Array }[] = [];
  const noise = recorded.golden.float32('sample.noise');
  sample(
    (x, t, asked, budget) => {
      const velocity = network.velocity(x, t, asked, budget);
      const { read, write } = network.weighed;
      if (asked === label) maps.push({ read: read!.data, write: write!.data });
      return velocity;
    },
    { ...run, noise, label, nullLabel: recorded.config.numClasses },
  );
  return maps;
}
