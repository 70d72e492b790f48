import { decode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import type { ModelInfo, Settings } from '../../generator/types.ts';
import { encodePng } from '../../png/encode.ts';
import { pictureFile, pictureName, settingsOfPicture } from './picture-file.ts';

const info = { name: 'tiny', hash: '0123456789abcdef', defaults: { solver: 'euler' } } as ModelInfo;
const settings: Settings = {
  ...{ subject: 'piñata', style: 'noto', seed: 7, steps: 12, budget: 8, solver: 'euler' },
  guidance: { kind: 'cfg', scale: 2.5, budget: 1, interval: [0, 1] },
};
const pixels = { width: 2, height: 2, data: Uint8ClampedArray.from({ length: 16 }, (_, i) => 13 * i) };

async function file(changes: Partial<Settings> = {}, width = 2): Promise<Uint8Array> {
  const blob = await pictureFile({ ...pixels, settings: { ...settings, ...changes } }, info, width);
  return new Uint8Array(await blob.arrayBuffer());
}

describe('a picture as a file', () => {
  it('holds its pixels and gives its settings back', async () => {
    const png = await file();
    expect(Array.from(decode(png, { checkCrc: true }).data)).toEqual(Array.from(pixels.data));
    expect(settingsOfPicture(png, info)).toEqual({
      ...{ subject: 'piñata', style: 'noto', seed: 7, steps: 12, budget: 8, guidance: settings.guidance, noise: null },
    });
  });

  it('keeps guidance of another kind, in an interval', async () => {
    const guidance = { kind: 'ccfg', scale: 3, budget: 2, interval: [0.2, 0.8] } as const;
    expect(settingsOfPicture(await file({ guidance }), info).guidance).toEqual(guidance);
  });

  it('keeps a prompt, whole, and its beginning in the name', async () => {
    const prompt = `красный “дракон” ${'and so on '.repeat(40)}end`;
    expect(settingsOfPicture(await file({ subject: 'any', prompt }), info)).toMatchObject({ subject: 'any', prompt });
    expect(pictureName({ settings: { ...settings, subject: 'any', prompt } })).toMatch(
      /^красный-дракон-and-so.{5,25}-noto-7-budget-8\.png$/,
    );
  });

  it('is as wide as asked for', async () => {
    expect(decode(await file({}, 6))).toMatchObject({ width: 6, height: 6 });
  });

  it('has a name that every file system takes', () => {
    expect(pictureName({ settings })).toBe('piñata-noto-7-budget-8.png');
    expect(pictureName({ settings: { ...settings, subject: '../A: "b"?', seed: null } })).toBe(
      'a-b-noto-own-noise-budget-8.png',
    );
  });

  it.each<[string, Partial<Settings>, Partial<ModelInfo>, string]>([
    ['another model', {}, { name: 'other' }, '“tiny” drew this picture'],
    ['another version of the model', {}, { hash: 'ffff' }, 'Another version'],
    ['noise of its own', { seed: null }, {}, 'noise of its own'],
    ['another picture at its start', { picture: '0badcafe', strength: 0.6 }, {}, 'does not carry'],
    ['another solver', { solver: 'heun' }, {}, 'no control'],
  ])('is refused: %s', async (_, changes, model, words) => {
    const png = await file(changes);
    expect(() => settingsOfPicture(png, { ...info, ...model })).toThrow(
      expect.objectContaining({ code: 'picture-invalid', message: expect.stringContaining(words) }),
    );
  });

  it('is refused without settings', async () => {
    const png = await encodePng(pixels);
    expect(() => settingsOfPicture(png, info)).toThrow(/no settings/);
  });
});
