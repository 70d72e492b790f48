import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ElitError } from '../../src/errors.ts';
import { countAllocations, OverCap } from './allocations.ts';
import { attempt, type Target } from './target.ts';

/** The fuzz must notice what it is there to notice. */
describe('a broken promise', () => {
  const target = (read: Target['read']): Target => ({
    ...{ name: 'test', files: fc.uint8Array(), codes: ['weights-malformed'], share: 0, read },
  });
  const refuse = (code: 'weights-malformed' | 'internal', message = 'What.') => {
    throw new ElitError(code, message, 'Do this.');
  };
  const file = new Uint8Array(8);

  it.each<[string, Target['read'], RegExp]>([
    ['an untyped exception', () => file.at(9)!.toFixed(), /untyped/],
    ['an exception that is no error at all', () => Promise.reject('text'), /untyped/],
    ['a code that is not documented', () => refuse('internal'), /internal/],
    ['no words', () => refuse('weights-malformed', ''), /no words/],
    ['a large buffer', () => new ArrayBuffer(2 ** 30), /asked for/],
    ['a large array', () => new Float64Array(2 ** 27), /asked for/],
    ['a large copy', () => Float32Array.from({ length: 2 ** 25 }), /asked for/],
    ['many small ones', () => Array.from({ length: 5000 }, () => new Uint8Array(4096)), /asked for/],
    ['lists without end', () => Array.from({ length: 2 ** 22 }, (_, i) => ({ i })), /the heap grew/],
    ['a new key of every object', () => Object.assign(Object.prototype, { polluted: 1 }), /every object/],
  ])('is noticed: %s', async (_, read, words) => {
    try {
      await expect(attempt(target(read), file)).rejects.toThrow(words);
    } finally {
      Reflect.deleteProperty(Object.prototype, 'polluted');
    }
  });

  it('is none where a file is refused in words', async () => {
    const outcome = await attempt(
      target((_, passed) => {
        passed();
        refuse('weights-malformed');
      }),
      file,
    );
    expect(outcome).toEqual({ passed: true, refused: true });
  });
});

describe('countAllocations', () => {
  it('counts bytes, not views, and leaves everything as it was', async () => {
    const { Float32Array: plain } = globalThis;
    const bytes = await countAllocations(1000, () => {
      const buffer = new ArrayBuffer(100);
      const view = new Float32Array(buffer);
      expect(view).toBeInstanceOf(Float32Array);
      expect(new Float64Array([1, 2])).toHaveLength(2);
    });
    expect(bytes).toBe(116);
    await expect(countAllocations(10, () => new Uint8Array(11))).rejects.toThrow(OverCap);
    expect(globalThis.Float32Array).toBe(plain);
  });
});
