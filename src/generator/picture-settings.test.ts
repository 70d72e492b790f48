import { decode, encode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { withPngText } from '../png/text.ts';
import { readPictureSettings, withPictureSettings } from './picture-settings.ts';
import type { Settings } from './types.ts';

const png = encode({ width: 2, height: 1, channels: 4, data: new Uint8Array(8) });
const settings: Settings = {
  subject: 'piñata 🪅',
  style: 'noto',
  seed: 4_294_967_295,
  steps: 20,
  budget: 8,
  guidance: { kind: 'ccfg', scale: 2.5, budget: 1, interval: [0.25, 1] },
  solver: 'heun',
};
const carrying = (changes: object) =>
  withPngText(
    png,
    'elit-web',
    JSON.stringify({ version: 1, model: 'tiny', settings: { ...settings, ...changes } }).replace(/[^ -~]/g, '?'),
  );
const refused = (words: string) =>
  expect.objectContaining({ code: 'picture-invalid', message: expect.stringContaining(words) });

describe('the settings in a picture', () => {
  it('come back as they went in', () => {
    const picture = { model: 'emoji-128', settings };
    const file = withPictureSettings(png, picture);
    expect(readPictureSettings(file)).toEqual(picture);
    expect(Object.keys(decode(file, { checkCrc: true }).text)).toEqual(['elit-web']);
    const known = { ...picture, hash: '0123456789abcdef' };
    expect(readPictureSettings(withPictureSettings(png, known))).toEqual(known);
    const varied = { model: 'emoji-128', settings: { ...settings, variation: { seed: 11, amount: 0.35 } } };
    expect(readPictureSettings(withPictureSettings(png, varied))).toEqual(varied);
    const begunWithPicture = { model: 'emoji-128', settings: { ...settings, strength: 0.6, picture: '0badcafe' } };
    expect(readPictureSettings(withPictureSettings(png, begunWithPicture))).toEqual(begunWithPicture);
    const drawnFromNoise = { model: 'emoji-128', settings: { ...settings, seed: null } };
    expect(readPictureSettings(withPictureSettings(png, drawnFromNoise))).toEqual(drawnFromNoise);
  });

  it.each<[string, Uint8Array, string]>([
    ['a picture without any', png, 'carries no settings'],
    ['text that is no JSON', withPngText(png, 'elit-web', '{'), 'damaged'],
    ['two seeds', withPngText(png, 'elit-web', '{"version": 1, "a": {"seed": 1, "seed": 2}}'), '“seed” twice'],
    ['another version', withPngText(png, 'elit-web', '{"version": 2}'), '“version” is 2'],
    ['no model', withPngText(png, 'elit-web', '{"version": 1}'), '“model” is missing'],
    [
      'a hash that is none',
      withPngText(
        png,
        'elit-web',
        JSON.stringify({ version: 1, model: 'm', settings, hash: 1 }).replace(/[^ -~]/g, '?'),
      ),
      '“hash”',
    ],
    ['a seed that is none', carrying({ seed: -1 }), '“settings.seed”'],
    ['a variation towards nothing', carrying({ variation: { amount: 0.5 } }), 'variation.seed” is missing'],
    ['a variation by a text', carrying({ variation: { seed: 1, amount: 'x' } }), 'variation.amount” is "x"'],
    ['a budget of none', carrying({ budget: 0 }), '“settings.budget”'],
    ['an unknown solver', carrying({ solver: 'magic' }), '“settings.solver”'],
    ['guidance without interval', carrying({ guidance: { kind: 'cfg', scale: 1, budget: 1 } }), 'interval” is missing'],
    ['a third end', carrying({ guidance: { ...settings.guidance, interval: [0, 1, 2] } }), 'a list of 2 numbers'],
    ['a scale that is a text', carrying({ guidance: { ...settings.guidance, scale: '2' } }), 'guidance.scale” is "2"'],
  ])('are refused: %s', (_, file, words) => {
    expect(() => readPictureSettings(file)).toThrow(refused(words));
  });
});
