import { describe, expect, it } from 'vitest';
import { expectClose } from './compare.ts';

describe('expectClose', () => {
  it('prints where it is off, worst first', () => {
    const expected = [1, 2, 3, 4, 5, 6];
    expect(() => expectClose([1, 2, 3, 4.5, 5, 6.25], expected, 'states', { shape: [2, 3] })).toThrow(
      /^states is off: relative max .*\n *where +expected +got +error\n *\[1, 0\] +4\.0.* 4\.5.*\n *\[1, 2\] +6\.0.* 6\.25/,
    );
  });
});
