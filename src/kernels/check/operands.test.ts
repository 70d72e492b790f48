import { describe, expect, it } from 'vitest';
import { toFloat32 } from '../../model/dtype.ts';
import { numbers, stored, weights } from './operands.ts';

describe('the operands of a check', () => {
  it('are spread over their range', () => {
    const values = numbers(1, 1000);
    expect(Math.min(...values)).toBeLessThan(-0.98);
    expect(Math.max(...values)).toBeGreaterThan(0.98);
    expect(Math.abs(values.reduce((sum, value) => sum + value, 0) / 1000)).toBeLessThan(0.05);
  });

  it.each(['F32', 'F16', 'BF16'] as const)('as weights are exactly themselves when stored as %s', (type) => {
    const values = weights(2, 500);
    expect(new Set(values).size).toBe(17);
    expect(toFloat32(type, stored(type, values))).toEqual(values);
  });
});
