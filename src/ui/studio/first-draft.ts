import type { ModelInfo } from '../../generator/types.ts';
import { wanted } from '../prompt-field/wanted.ts';
import type { Draft } from '../store/studio-state.ts';

/** Seeds of up to six digits: plenty to choose from, and easy to read out and type again. */
const SEEDS = 1_000_000;

export function randomSeed(): number {
  const [bits = 0] = crypto.getRandomValues(new Uint32Array(1));
  return bits % SEEDS;
}

/**
 * The settings a model starts with: its defaults and a random seed, each overruled by `asked`. A prompt that is a name
 * is that subject, as it is for the generator.
 */
export function firstDraft(info: ModelInfo, asked: Partial<Draft>): Draft {
  const { defaults } = info;
  const { prompt, ...others } = asked;
  return {
    subject: defaults.subject,
    style: defaults.style,
    seed: defaults.seed ?? randomSeed(),
    steps: defaults.steps,
    budget: defaults.budget,
    guidance: defaults.guidance,
    noise: null,
    ...others,
    ...(prompt === undefined ? { prompt } : wanted(prompt, info)),
  };
}
