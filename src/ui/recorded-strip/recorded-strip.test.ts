import { readFile, stat } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { parse, places } from './recorded-strip.ts';

const FILES = 'public/recorded/emoji-128';

describe('a recorded strip', () => {
  it('lies in the sprite in rows, budget 1 first', () => {
    const sizes = { width: 10, height: 20, budgets: 5 };
    expect(places(sizes, { width: 30, height: 40 })).toEqual(
      [
        [0, 0],
        [10, 0],
        [20, 0],
        [0, 20],
        [10, 20],
      ].map(([x, y]) => ({ x, y, width: 10, height: 20 })),
    );
    expect(() => places(sizes, { width: 20, height: 40 })).toThrow('too small');
  });

  it.each(['1', '{}', '{"seed":1,"width":0,"height":1,"budgets":1}', '{"width":1,"height":1,"budgets":1}'])(
    'is not described by %s',
    (json) => expect(() => parse(json)).toThrow('not described'),
  );

  it('of the model that the page starts with is small, and of these weights and defaults', async () => {
    const [text, model] = await Promise.all([
      readFile(`${FILES}.json`, 'utf8'),
      readFile('public/models/emoji-128/model.json', 'utf8').then((json) => JSON.parse(json)),
    ]);
    expect((await stat(`${FILES}.webp`)).size + text.length).toBeLessThan(60_000);
    expect(parse(text)).toEqual({ seed: 7, width: 128, height: 128, budgets: 16 });
    const { weights, steps, guidance } = JSON.parse(text);
    expect({ weights, steps, guidance }).toEqual({
      weights: model.files['elit.safetensors'].sha256,
      steps: model.defaults.steps,
      guidance: model.defaults.guidance,
    });
  });
});
