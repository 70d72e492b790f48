import type { ModelInfo } from '../../generator/types.ts';

/** One line about what the GPU gets wrong and the page does without; empty where there is nothing. */
export function tierWords({ tier, stepDowns }: Pick<ModelInfo, 'tier' | 'stepDowns'>): string {
  if (stepDowns.length === 0) return '';
  const without16 = !tier?.startsWith('f16') && stepDowns.some((down) => down.tier.startsWith('f16'));
  return without16
    ? 'This GPU gets 16-bit arithmetic wrong, so the pictures are computed in 32 bits, which takes longer.'
    : 'This GPU gets subgroup operations wrong, so the pictures are computed without them, which takes longer.';
}
