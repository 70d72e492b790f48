import { describe, expect, it } from 'vitest';
import { ElitError } from './errors.ts';

describe('ElitError', () => {
  it('shortens what files and addresses put into its words', () => {
    const error = new ElitError('weights-malformed', `“${'x'.repeat(10_000)}”`, 'y'.repeat(10_000));
    expect(error.message).toHaveLength(401);
    expect(error.hint).toHaveLength(401);
    expect(ElitError.fromData(error.toData()).toData()).toEqual(error.toData());
  });

  it('shows characters that would hide or turn the words around them', () => {
    const { message } = new ElitError('name-unknown', 'a\u202eb\u2066c\u0000d\u009be\nf', 'Choose another.');
    expect(message).toBe('a\ufffdb\ufffdc\ufffdd\ufffde\nf');
  });

  it('makes a fault of ours of whatever else was thrown', () => {
    expect(ElitError.from(new TypeError('x is not a function'))).toMatchObject({ code: 'internal' });
    expect(ElitError.from(null).message).toBe('null');
    const typed = new ElitError('disposed', 'Closed.', 'Load again.');
    expect(ElitError.from(typed)).toBe(typed);
  });
});
