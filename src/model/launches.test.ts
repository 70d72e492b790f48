import { describe, expect, it } from 'vitest';
import { rooflineMs, sumLaunches } from './launches.ts';

describe('rooflineMs', () => {
  const device = { flops: 1e12, bandwidth: 1e11, launchMs: 0.01 };

  it('is arithmetic and launches where arithmetic is the longer', () => {
    expect(rooflineMs({ flops: 5e9, bytes: 1e8, dispatches: 60 }, device)).toBeCloseTo(5 + 0.6);
  });

  it('is traffic and launches where traffic is the longer', () => {
    expect(rooflineMs({ flops: 5e9, bytes: 1e9, dispatches: 10 }, device)).toBeCloseTo(10 + 0.1);
  });
});

describe('sumLaunches', () => {
  it('adds each kind by itself', () => {
    const [one, other] = [
      { flops: 1, bytes: 20, dispatches: 1 },
      { flops: 2, bytes: 30, dispatches: 4 },
    ];
    expect(sumLaunches([one, other])).toEqual({ flops: 3, bytes: 50, dispatches: 5 });
    expect(sumLaunches([])).toEqual({ flops: 0, bytes: 0, dispatches: 0 });
  });
});
