import { describe, expect, it } from 'vitest';
import { advice, HINT, problem } from './words.ts';

describe('the words on a prompt', () => {
  it.each(['', '   ', '\n\t', '\u00a0\u3000'])('say that there is nothing in %j', (text) => {
    expect(problem(text)).toMatch(/^Nothing to draw/);
  });

  it('count characters, not the halves of them, and not the spaces around them', () => {
    expect(problem('🐱'.repeat(1000))).toBeNull();
    expect(problem(` ${'x'.repeat(1000)}  `)).toBeNull();
    expect(problem('x'.repeat(1001))).toBe('Too long: say it in 1,000 characters or fewer.');
  });

  it.each([
    ['🐱', 'Emoji and signs'],
    ['?!', 'Emoji and signs'],
    ['تفاحة حمراء', 'other scripts'],
    ['красное яблоко', 'other scripts'],
    ['赤いリンゴ', 'other scripts'],
    ['a red apple, '.repeat(30), 'Only the beginning'],
    ['Käse 🧀 for 2', HINT],
  ])('say what to expect of %j', (text, words) => {
    expect(problem(text)).toBeNull();
    expect(advice(text)).toContain(words);
  });
});
