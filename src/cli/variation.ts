import type { Variation } from '../generator/types.ts';
import { type Arguments, UsageError } from './arguments.ts';

const HALFWAY = 0.5;

/** The variation that --variation-seed and --variation ask for. @throws UsageError for an amount without a seed */
export function askedVariation(asked: Arguments): Variation | undefined {
  const seed = asked.number('variation-seed');
  const amount = asked.number('variation');
  if (seed !== undefined) return { seed, amount: amount ?? HALFWAY };
  if (amount === undefined) return undefined;
  throw new UsageError('--variation needs the seed to go to: --variation-seed N.');
}

/** “ varied by 35 % towards seed 11”, to stand behind the seed; empty without a variation. */
export function variationWords(variation: Variation | undefined): string {
  return variation ? ` varied by ${Math.round(100 * variation.amount)} % towards seed ${variation.seed}` : '';
}
