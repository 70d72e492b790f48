import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseManifest } from '../../model/manifest.ts';
import { SubjectSearch } from './search.ts';

const { subjects } = parseManifest(JSON.parse(readFileSync('public/models/emoji-128/model.json', 'utf8')));
const search = new SubjectSearch(subjects);
const labels = (typed: string, limit = 5) => search.find(typed, limit).subjects.map(({ label }) => label);

describe('SubjectSearch over the bundled model', () => {
  it('puts the exact name first, then names that begin with it', () => {
    expect(labels('cat').slice(0, 3)).toEqual(['cat', 'cat face', 'cat-face']);
    expect(labels('heart')[0]).toBe('heart');
    expect(labels('any')[0]).toBe('any');
  });

  it('takes words in any order, in part, in any case', () => {
    expect(labels('face cat')).toContain('cat face');
    expect(labels('GRIN CAT')).toContain('grinning cat');
  });

  it('finds the members of a category by its name', () => {
    const { subjects: found } = search.find('food-fruit', 100);
    expect(found[0]?.label).toBe('food-fruit');
    expect(found.slice(1).every(({ category }) => category === 'food-fruit')).toBe(true);
    expect(found.length).toBeGreaterThan(10);
  });

  it('offers near names where nothing fits, and nothing where nothing is near', () => {
    expect(search.find('pizzza', 5)).toMatchObject({ isNear: true });
    expect(labels('pizzza')).toContain('pizza');
    expect(search.find('qqqqxxxxyy', 5)).toEqual({ subjects: [], total: 0, isNear: true });
  });

  it('begins with any and the categories while nothing is typed', () => {
    const { subjects: first, total } = search.find('  ', 3);
    expect(total).toBe(subjects.length);
    expect(first.map(({ kind }) => kind)).toEqual(['any', 'category', 'category']);
  });

  it('knows what may go on to be a name', () => {
    expect(search.begins('Grinn')).toBe(true);
    expect(search.begins('a dragon on')).toBe(false);
  });

  it('knows a name typed in full', () => {
    expect(search.exactly('Cat Face')?.label).toBe('cat face');
    expect(search.exactly('category:hotel')?.kind).toBe('category');
    expect(search.exactly('hotel')?.kind).toBe('concept');
    expect(search.exactly('cat fac')).toBeNull();
  });
});
