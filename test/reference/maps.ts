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

export const NONE: Guidance = { kind: 'none', scale: 1, budget: 1, interval: [0, 1] };
export const CFG: Guidance = { kind: 'cfg', scale: 3, budget: 1, interval: [0, 1] };

/** What every way of looking is held to: a name, a recorded network, a run of it. */
export const LOOKED_AT: [name: string, network: string, run: LookedAtCase][] = [
  ['heun, the whole budget', 'elit-sit-a', { solver: 'heun', steps: 2, budget: 16, guidance: NONE }],
  ['heads of 72, one latent', 'elit-sit-b', { solver: 'euler', steps: 1, budget: 1, guidance: NONE }],
  ['nine groups, cfg', 'elit-sit-e', { solver: 'euler', steps: 2, budget: 5, guidance: CFG }],
  [
    'ccfg in an interval',
    'elit-sit-a',
    { solver: 'euler', steps: 3, budget: 4, guidance: { ...CFG, kind: 'ccfg', interval: [0.5, 1] } },
  ],
];

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
