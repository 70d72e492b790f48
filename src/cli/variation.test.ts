import { describe, expect, it } from 'vitest';
import { Arguments, UsageError } from './arguments.ts';
import { askedVariation, variationWords } from './variation.ts';

const SPECS = { 'variation-seed': { value: 'N', help: '' }, variation: { value: 'AMOUNT', help: '' } };
const asked = (...args: string[]) => askedVariation(new Arguments(args, SPECS));

describe('a variation on the command line', () => {
  it('is a seed and how far to go to it, halfway by default', () => {
    expect(asked('--variation-seed', '11', '--variation', '0.35')).toEqual({ seed: 11, amount: 0.35 });
    expect(asked('--variation-seed=11')).toEqual({ seed: 11, amount: 0.5 });
    expect(asked()).toBeUndefined();
  });

  it('is refused without the seed', () => {
    expect(() => asked('--variation', '0.5')).toThrow(UsageError);
  });

  it('is told behind the seed', () => {
    expect(variationWords({ seed: 11, amount: 0.35 })).toBe(' varied by 35 % towards seed 11');
    expect(variationWords(undefined)).toBe('');
  });
});
