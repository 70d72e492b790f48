import type { Variation } from '../../generator/types.ts';

const NAME = 'variation';

/** Whether two pictures start at the same place between the same seeds. */
export function sameVariation(a: Variation | undefined, b: Variation | undefined): boolean {
  return Object.is(a?.seed, b?.seed) && Object.is(a?.amount, b?.amount);
}

/** Puts a variation into an address, as `variation=seed,amount`; without one there is none in it. */
export function writeVariation(query: URLSearchParams, variation: Variation | undefined): void {
  if (variation === undefined) query.delete(NAME);
  else query.set(NAME, `${variation.seed},${variation.amount}`);
}

/** As an address has it; undefined where it has none. What is no number becomes NaN, which the generator refuses. */
export function readVariation(query: URLSearchParams): Variation | undefined {
  const parts = query.get(NAME)?.split(',');
  if (parts === undefined) return undefined;
  const [seed, amount] = parts.length === 2 ? parts.map(number) : [];
  return { seed: seed ?? Number.NaN, amount: amount ?? Number.NaN };
}

/** “seed 7, 35 % towards 11”. */
export function startWords(seed: number | null, variation: Variation | undefined): string {
  const own = seed === null ? 'own noise' : `seed ${seed}`;
  return variation === undefined ? own : `${own}, ${Math.round(100 * variation.amount)} % towards ${variation.seed}`;
}

function number(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text);
}
