import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { PromptTokenizer } from './tokenizer.ts';

const folder = 'test/fixtures/text';
const file = await readFile(`${folder}/tokenizer.json`);
const { longest, texts } = JSON.parse(await readFile(`${folder}/tokens.json`, 'utf8')) as {
  longest: number;
  texts: { text: string; ids: number[] }[];
};

describe('PromptTokenizer', () => {
  const tokenizer = new PromptTokenizer(file, longest);

  it.each(texts)('cuts $text up as it was recorded', ({ text, ids }) => {
    expect(tokenizer.ids(text)).toEqual(ids);
  });

  it('keeps the last token of a text that is too long', () => {
    const whole = tokenizer.ids('cat face cat');
    expect(new PromptTokenizer(file, 4).ids('cat face cat')).toEqual([...whole.slice(0, 3), whole.at(-1)]);
  });

  it.each([
    ['what is not JSON', 'words'],
    ['a list', '[]'],
    ['a file without a model', '{}'],
    ['a key twice', '{"model":{},"model":{}}'],
  ])('refuses %s', (_, text) => {
    const make = () => new PromptTokenizer(new TextEncoder().encode(text), longest);
    expect(make).toThrow(expect.objectContaining({ code: 'text-encoder-failed' }));
  });
});
