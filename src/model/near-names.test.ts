import { describe, expect, it } from 'vitest';
import { fold, nearNames } from './near-names.ts';

const names = [
  'cat',
  'cat face',
  'black cat',
  'pizza',
  'red heart',
  'bar chart',
  'hot dog',
  'unicorn',
  'flag: Côte d’Ivoire',
];

describe('nearNames', () => {
  it.each([
    ['Cat Face', 'cat face'],
    ['CAT-FACE', 'cat face'],
    ['catface', 'cat face'],
    ['cat fase', 'cat face'],
    ['face cat', 'cat face'],
    ['pzza', 'pizza'],
    ['pziza', 'pizza'],
    ['piz', 'pizza'],
    ['heart', 'red heart'],
    ['hotdog', 'hot dog'],
    ['unicorn face', 'unicorn'],
    ["cote d'ivoire", 'flag: Côte d’Ivoire'],
  ])('%s is nearest to %s', (typed, nearest) => {
    expect(nearNames(typed, names, 3)[0]).toBe(nearest);
  });

  it('puts the whole name first, then names with more words', () => {
    expect(nearNames('cat', names, 3)).toEqual(['cat', 'cat face', 'black cat']);
  });

  it('keeps to the limit', () => {
    expect(nearNames('cat', names, 1)).toEqual(['cat']);
  });

  it.each(['xyzzyqq', '', ' -- ', '\u{1F431}'])('finds nothing near “%s”', (typed) => {
    expect(nearNames(typed, names, 3)).toEqual([]);
  });

  it('stays quick on a text of any length', () => {
    expect(nearNames('cat '.repeat(100_000), names, 1)).toEqual(['cat']);
  });
});

describe('fold', () => {
  it.each([
    ['  Eight o’Clock ', 'eight oclock'],
    ['food-fruit', 'food fruit'],
    ['Ångström', 'angstrom'],
    ['*', '*'],
  ])('%s becomes %s', (name, folded) => {
    expect(fold(name)).toBe(folded);
  });
});
