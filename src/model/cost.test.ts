import { describe, expect, it } from 'vitest';
import type { NetworkConfig } from './config.ts';
import { flopShares, forwardCost, forwardFlops, partShares } from './cost.ts';

/** 4 tokens in one 2×2 window; small enough to count by hand. */
const tiny: NetworkConfig = {
  hidden: 8,
  heads: 1,
  depth: 3,
  grid: 2,
  patch: 1,
  inChannels: 3,
  numClasses: 10,
  timeScale: 1,
  latentInterface: { headBlocks: 1, coreBlocks: 1, tailBlocks: 1, window: 2 },
};

/** ELIT-SiT-XL/2 at 256 px, as published. */
const xl2: NetworkConfig = {
  hidden: 1152,
  heads: 16,
  depth: 28,
  grid: 16,
  patch: 2,
  inChannels: 4,
  numClasses: 1000,
  timeScale: 1,
  latentInterface: { headBlocks: 8, coreBlocks: 16, tailBlocks: 4, window: 4 },
};

describe('forwardCost', () => {
  it('agrees with a count by hand', () => {
    // A block on N tokens of width 8: qkv 192N, proj 64N, MLP 512N, attention 16N² multiply-adds.
    const multiplyAdds = {
      embed: 4 * 3 * 8,
      conditioning: 256 * 8 + 64 + (6 * 3 + 2 + 7) * 64,
      head: 768 * 4 + 16 * 16,
      // q 64, kv 128, proj 64, feed-forward 128 a place; 4 places × 4 latents × 8 wide, twice.
      read: 384 * 4 + 2 * 128,
      core: 768 * 3 + 16 * 9,
      write: 384 * 4 + 2 * 128,
      tail: 768 * 4 + 16 * 16,
      final: 4 * 8 * 3,
    };
    const expected = Object.fromEntries(Object.entries(multiplyAdds).map(([part, count]) => [part, 2 * count]));
    expect(forwardCost(tiny, 3)).toEqual(expected);
  });

  it.each([
    [16, 490.9],
    [8, 353.2],
    [4, 286.1],
    [2, 253.1],
  ])('gives the paper’s GFLOP of two XL/2 calls at %i of 16 latents: %f', (budget, gigaflops) => {
    expect((2 * forwardFlops(xl2, budget)) / 1e9).toBeCloseTo(gigaflops, 1);
  });

  it('gives the paper’s GFLOP of CCFG, the null call at an eighth', () => {
    expect((forwardFlops(xl2, 16) + forwardFlops(xl2, 2)) / 1e9).toBeCloseTo(372.0, 1);
  });
});

describe('flopShares', () => {
  it('rises with every latent, up to 1', () => {
    const shares = flopShares(xl2);
    expect(shares).toHaveLength(16);
    expect(shares.at(-1)).toBe(1);
    for (let k = 1; k < shares.length; k++) expect(shares[k]).toBeGreaterThan(shares[k - 1] ?? Number.NaN);
  });

  it('has one entry for a plain SiT, whose cost no budget changes', () => {
    const sit = { ...tiny, latentInterface: null };
    expect(flopShares(sit)).toEqual([1]);
    expect(forwardCost(sit, 1)).toMatchObject({ read: 0, core: 0, write: 0, tail: 0 });
  });
});

describe('partShares', () => {
  it.each([
    ['tiny', tiny],
    ['XL/2', xl2],
  ] as const)('add up to the share of the whole forward at every budget: %s', (_, config) => {
    const sums = partShares(config).map((parts) => Object.values(parts).reduce((sum, part) => sum + part, 0));
    flopShares(config).forEach((share, index) => expect(sums[index]).toBeCloseTo(share, 12));
    expect(sums).toHaveLength(flopShares(config).length);
  });

  it('change with the budget in the core alone', () => {
    const [one, ...more] = partShares(tiny);
    for (const { core, ...others } of more) {
      expect(others).toEqual((({ core: _, ...rest }) => rest)(one!));
      expect(core).toBeGreaterThan(one!.core);
    }
  });
});
