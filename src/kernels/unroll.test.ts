import { describe, expect, it } from 'vitest';
import { unroll } from './unroll.ts';

describe('unroll', () => {
  it('repeats a loop as often as its size says, and loops inside it', () => {
    const code = ['a', '  #for r < ROWS', 'x#r', '    #for c < 2', 'y#r_#c += z#c;', '    #end', '#end', 'b'].join(
      '\n',
    );
    expect(unroll(code, { ROWS: 2 }).split('\n')).toEqual([
      'a',
      'x0',
      'y0_0 += z0;',
      'y0_1 += z1;',
      'x1',
      'y1_0 += z0;',
      'y1_1 += z1;',
      'b',
    ]);
  });

  it('leaves out a loop of no turns, and leaves other text alone', () => {
    expect(unroll('#for i < N\nx#i\n#end\n# a#b', { N: 0 })).toBe('# a#b');
  });

  it('refuses a loop that does not end', () => {
    expect(() => unroll('#for i < 2\nx', {})).toThrow(SyntaxError);
  });
});
