import { describe, expect, it } from 'vitest';
import { type ClassNames, classIndex, findStyle, findSubject, labelSubjects, type NamedSubject } from './subjects.ts';

const subjects: NamedSubject[] = [
  { name: 'cat face', kind: 'concept', category: 'cat-face' },
  { name: 'person', kind: 'concept', category: 'person' },
  { name: 'eight o’clock', kind: 'concept', category: 'time' },
  { name: 'Flag', kind: 'concept', category: 'flags' },
  { name: 'FLAG', kind: 'concept', category: 'flags' },
  { name: 'cat-face', kind: 'category', category: 'cat-face' },
  { name: 'person', kind: 'category', category: 'person' },
  { name: 'time', kind: 'category', category: 'time' },
  { name: 'any', kind: 'any' },
];
const model: ClassNames = { name: 'tiny', subjects: labelSubjects(subjects), styles: ['noto', 'noto-v1', 'any'] };

describe('labels', () => {
  it('set a category apart from a concept of its name, and leave the others alone', () => {
    expect(model.subjects.map(({ label }) => label)).toEqual([
      'cat face',
      'person',
      'eight o’clock',
      'Flag',
      'FLAG',
      'cat-face',
      'category:person',
      'time',
      'any',
    ]);
  });
});

describe('findSubject', () => {
  it.each([
    ['cat face', 0],
    ['cat-face', 5],
    ['person', 1],
    ['category:person', 6],
    ['category:time', 7],
    ['category:cat-face', 5],
    ['any', 8],
    ['Cat Face', 0],
    ['CAT-FACE', 0],
    ["Eight O'Clock", 2],
    ['Time', 7],
    ['Category: Person', 6],
  ])('%s is number %d', (name, index) => {
    expect(findSubject(model, name)).toBe(index);
  });

  it.each([
    ['cat fase', '“cat face”'],
    ['flag', '“Flag”, “FLAG”'],
    ['category:persn', '“category:person”'],
    ['constructor', 'Choose one of the 9 subjects'],
    ['', 'Choose one of the 9 subjects'],
  ])('does not know “%s”, but names what is near', (name, hint) => {
    const unknown = { code: 'name-unknown', message: expect.stringContaining(`subject “${name}”`) };
    const refused = expect.objectContaining({ ...unknown, hint: expect.stringContaining(hint) });
    expect(() => findSubject(model, name)).toThrow(refused);
  });

  it('shortens what it repeats', () => {
    const refused = expect.objectContaining({ message: expect.stringMatching(/^.{50,150}$/) });
    expect(() => findSubject(model, 'x'.repeat(10_000))).toThrow(refused);
  });
});

describe('findStyle', () => {
  it.each([
    ['noto', 0],
    ['Noto V1', 1],
    ['any', 2],
  ])('%s is number %d', (name, index) => {
    expect(findStyle(model, name)).toBe(index);
  });

  it('names the styles that are near', () => {
    const refused = expect.objectContaining({ code: 'name-unknown', hint: 'Did you mean “noto”, “noto-v1”?' });
    expect(() => findStyle(model, 'noot')).toThrow(refused);
  });
});

describe('classIndex', () => {
  it('counts styles inside subjects; any/any is the last', () => {
    expect(classIndex(model, 'person', 'noto-v1')).toBe(4);
    expect(classIndex(model, 'any', 'any')).toBe(26);
  });
});
