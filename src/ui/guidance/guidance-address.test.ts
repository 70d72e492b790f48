import { describe, expect, it } from 'vitest';
import type { Guidance } from './guidance.ts';
import { readGuidance, writeGuidance } from './guidance-address.ts';

const ccfg: Guidance = { kind: 'ccfg', scale: 3, budget: 2, interval: [0.2, 0.8] };

function written(guidance: Guidance, before = ''): string {
  const query = new URLSearchParams(before);
  writeGuidance(query, guidance);
  return query.toString();
}

describe('guidance in an address', () => {
  it.each<Guidance>([
    ccfg,
    { kind: 'autoguidance', scale: 2, budget: 4, interval: [0, 1] },
    { kind: 'cfg', scale: 2, budget: 1, interval: [0, 0.5] },
  ])('comes back as it was: $kind', (guidance) => {
    expect(readGuidance(new URLSearchParams(written(guidance)))).toEqual(guidance);
  });

  it('is a scale alone for CFG over the whole run, and for none', () => {
    expect(written({ kind: 'cfg', scale: 2.5, budget: 7, interval: [0, 1] })).toBe('guidance=2.5');
    expect(written({ ...ccfg, kind: 'none' })).toBe('guidance=1');
    expect(written({ ...ccfg, scale: 0.5 })).toBe('guidance=1');
    expect(readGuidance(new URLSearchParams('guidance=2.5'))).toBe(2.5);
  });

  it('leaves nothing of the guidance that stood there before', () => {
    expect(written({ kind: 'cfg', scale: 2, budget: 1, interval: [0, 1] }, `seed=1&${written(ccfg)}`)).toBe(
      'seed=1&guidance=2',
    );
  });

  it('is undefined where the address has none, and NaN for what is no number', () => {
    expect(readGuidance(new URLSearchParams('seed=1'))).toBeUndefined();
    expect(readGuidance(new URLSearchParams('guidance='))).toBeNaN();
    expect(readGuidance(new URLSearchParams('guidance-kind=ccfg'))).toMatchObject({ kind: 'ccfg', scale: Number.NaN });
    expect(readGuidance(new URLSearchParams('guidance=2&guidance-interval=0.2'))).toMatchObject({
      interval: [0.2, Number.NaN],
    });
  });
});
