import { describe, expect, it } from 'vitest';
import { info } from '../../../test/support/generator-line.ts';
import { anatomy, places, ribbon } from './diagram.ts';

/** Squares in a path. */
const squares = (path: string) => path.split('M').length - 1;

describe('the network at a budget', () => {
  it('has what the cost model says, and all of it', () => {
    for (let budget = 1; budget <= info.maxBudget; budget++) {
      const { parts, rest, total } = anatomy(info, budget)!;
      expect(parts.map(({ name }) => name)).toEqual(['Head', 'Read', 'Core', 'Write', 'Tail']);
      expect(total).toBeCloseTo(info.flopShare[budget - 1]!, 12);
      expect(parts.reduce((sum, { share }) => sum + share, rest)).toBeCloseTo(total, 12);
    }
  });

  it('says what each part works on', () => {
    expect(anatomy(info, 3)?.parts.map(({ work }) => work)).toEqual([
      '1 block, 4 tokens',
      '4 tokens to 4 latents',
      '1 block, 3 of 4 latents',
      '4 latents to 4 tokens',
      '1 block, 4 tokens',
    ]);
  });

  it('is nothing for a budget that is none, or a network without latents', () => {
    const plain = { ...info, network: { ...info.network, blocks: { head: 3, core: 0, tail: 0 } } };
    expect([anatomy(info, 0), anatomy(info, 5), anatomy(info, Number.NaN), anatomy(plain, 1)]).toEqual(
      Array(4).fill(null),
    );
  });
});

describe('the places of a picture', () => {
  it('are as many as there are tokens, the kept ones G·k of them', () => {
    for (const [tokens, groups, kept] of [
      [64, 4, 5],
      [64, 4, 16],
      [4, 1, 1],
      [256, 16, 3],
    ] as const) {
      const { kept: filled, dropped } = places(tokens, groups, kept);
      expect(squares(filled)).toBe(groups * kept);
      expect(squares(dropped)).toBe(tokens - groups * kept);
    }
  });

  it('fill the square and no more', () => {
    const numbers = [...places(64, 4, 16).kept.matchAll(/M([\d.]+) ([\d.]+)h([\d.]+)/g)].map((match) =>
      match.slice(1).map(Number),
    );
    const ends = numbers.flatMap(([x, y, edge]) => [x! + edge!, y! + edge!]);
    expect(Math.max(...ends)).toBeLessThanOrEqual(96);
    expect(Math.max(...ends)).toBeGreaterThan(90);
    expect(Math.min(...numbers.flatMap(([x, y]) => [x!, y!]))).toBe(0);
  });
});

describe('a ribbon', () => {
  it('is as high at its ends as what it joins, and never vanishes', () => {
    expect(ribbon(1, 0.5)).toBe('M0 0C48 0 48 24 96 24V72C48 72 48 96 0 96z');
    expect(ribbon(1, 0)).toBe('M0 0C48 0 48 45.12 96 45.12V50.88C48 50.88 48 96 0 96z');
  });
});
