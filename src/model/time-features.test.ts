import { describe, expect, it } from 'vitest';
import { timestepSinusoid } from '../../test/reference/ops.ts';
import { timeFeatures } from './time-features.ts';

describe('timeFeatures', () => {
  it('is 128 cosines and 128 sines a time, rounded once from double precision', () => {
    const times = [0, 1, 0.5, 0.04, 1 / 3];
    expect(timeFeatures(times, 1)).toEqual(Float32Array.from(timestepSinusoid(times).data));
  });

  it('multiplies the time by the model’s scale first', () => {
    expect(timeFeatures([0.25, 0.75], 1000)).toEqual(timeFeatures([250, 750], 1));
    expect(timeFeatures([0.25], 1000)).not.toEqual(timeFeatures([0.25], 1));
  });

  it('has nothing for no time', () => {
    expect(timeFeatures([], 1)).toHaveLength(0);
  });
});
