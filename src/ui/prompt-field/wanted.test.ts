import { describe, expect, it } from 'vitest';
import { textManifest } from '../../../test/support/text-manifest.ts';
import { resolveSettings } from '../../generator/settings.ts';
import { drawnText, tidy, wanted } from './wanted.ts';

const model = textManifest();

describe('wanted', () => {
  it.each([
    ['Red  Apple!', 'red apple', undefined],
    ['any', 'any', undefined],
    ['THINGS', 'things', undefined],
    ['  a  red\n dragon ', 'any', 'a red dragon'],
    ['🐱', 'any', '🐱'],
    ['קשת', 'any', 'קשת'],
  ])('is of %j what the generator will draw', (text, subject, prompt) => {
    const asked = wanted(text, model);
    expect(asked).toEqual({ subject, prompt });
    const { subject: drawn, prompt: read } = resolveSettings({ ...asked, seed: 0 }, model);
    expect({ subject: drawn, prompt: read }).toEqual(asked);
    expect(drawnText(asked)).toBe(prompt ?? subject);
  });

  it('holds nothing that an address would change', () => {
    const text = tidy(`half \ud83d a cat ${'\udc31'}`);
    const address = new URLSearchParams({ prompt: text });
    expect(new URLSearchParams(address.toString()).get('prompt')).toBe(text);
    expect(tidy('a 🐱')).toBe('a 🐱');
  });
});
