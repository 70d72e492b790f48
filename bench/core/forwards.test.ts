import { expect, it, vi } from 'vitest';
import { inTurn } from './forwards.ts';

it('times engines one after the other in every round, each in chains long enough to be timed', async () => {
  const calls: string[] = [];
  const engine = (name: string, ms: number) => ({
    name,
    chain: vi.fn(async (count: number) => {
      calls.push(`${name} ×${count}`);
      return ms;
    }),
    velocity: () => Promise.resolve(new Float32Array()),
  });
  // Chains of 150 ms: 8 forwards of 20 ms, one of 400 ms, and never more than 50.
  const times = await inTurn([engine('ours', 20), engine('theirs', 400), engine('quick', 0.1)], 2);
  const round = ['ours ×8', 'theirs ×1', 'quick ×50'];
  expect(calls).toEqual(['ours ×1', 'theirs ×1', 'quick ×1', ...round, ...round]);
  expect(times).toEqual([
    [20, 20],
    [400, 400],
    [0.1, 0.1],
  ]);
});
