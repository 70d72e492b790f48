import { describe, expect, it } from 'vitest';
import { limitWords } from './limit-words.ts';

const device = { flops: 28.2e9, bandwidth: 2.806e9, launchMs: 0.0229 };
const limits = { device, forwardMs: [14.8, 49.8] };

describe('limitWords', () => {
  it('gives the estimate of a budget, and what it follows from', () => {
    expect(limitWords(limits, 2)).toEqual({
      time: '50 ms at budget 2, without guidance',
      because: '28.2 GFLOP/s, 2.81 GB/s and 22.9 µs a launch, measured here',
    });
    const fast = { ...device, flops: 51_234e9, bandwidth: 3350e9 };
    expect(limitWords({ ...limits, device: fast }, 1).because).toMatch(/^51234 GFLOP\/s, 3350 GB\/s/);
  });

  it('says when there is no figure', () => {
    expect(limitWords(null, 1).time).toBe('being measured');
    expect(limitWords('none', 1).time).toBe('not known');
    expect(limitWords(limits, 99).time).toBe('not known'); // a budget in the address may lie outside
    expect(limitWords(limits, Number.NaN).time).toBe('not known');
  });
});
