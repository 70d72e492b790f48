import { describe, expect, it } from 'vitest';
import { tinyManifest } from '../../test/support/generator-fakes.ts';
import { defaultSettings, latentLength, resolveSettings } from './settings.ts';
import type { GenerateRequest } from './types.ts';

const model = tinyManifest();

describe('resolveSettings', () => {
  it('fills in the model’s defaults and a seed', () => {
    const settings = resolveSettings({}, model);
    expect(settings).toEqual({
      subject: 'any',
      style: 'any',
      seed: expect.any(Number),
      steps: 20,
      budget: 4,
      guidance: { kind: 'cfg', scale: 2.5, budget: 1, interval: [0, 1] },
      solver: 'euler',
    });
    expect({ ...settings, seed: null }).toEqual(defaultSettings(model));
  });

  it('draws another seed each time', () => {
    const seeds = Array.from({ length: 20 }, () => resolveSettings({}, model).seed);
    expect(new Set(seeds).size).toBeGreaterThan(15);
  });

  it('keeps what was asked for', () => {
    const request = {
      subject: 'cat face',
      style: 'noto',
      seed: 2 ** 32 - 1,
      steps: 1000,
      budget: 1,
      guidance: { kind: 'ccfg', scale: 3, budget: 2, interval: [0.25, 0.75] },
      solver: 'heun',
    } as const;
    expect(resolveSettings(request, model)).toEqual(request);
  });

  it('takes a number for the scale of CFG', () => {
    expect(resolveSettings({ guidance: 1 }, model).guidance).toMatchObject({ kind: 'cfg', scale: 1 });
  });

  it('gives names back as the model spells them', () => {
    expect(resolveSettings({ subject: 'Cat-Face', style: 'NOTO' }, model)).toMatchObject({
      subject: 'cat face',
      style: 'noto',
    });
  });

  it('tells a concept from the category of the same name', () => {
    expect(resolveSettings({ subject: 'animal' }, model).subject).toBe('animal');
    expect(resolveSettings({ subject: 'category:animal' }, model).subject).toBe('category:animal');
  });

  it('keeps a variation, and has none where there is none', () => {
    const variation = { seed: 2 ** 32 - 1, amount: 0.25 };
    expect(resolveSettings({ seed: 1, variation }, model)).toMatchObject({ seed: 1, variation });
    for (const none of [null, undefined]) {
      expect(resolveSettings({ variation: none }, model)).not.toHaveProperty('variation');
    }
  });

  it('has no seed when the noise is given', () => {
    const noise = new Float32Array(latentLength(model));
    expect(resolveSettings({ noise }, model).seed).toBeNull();
  });

  it.each<[string, GenerateRequest, string]>([
    ['no steps', { steps: 0 }, '1 to 1000'],
    ['too many steps', { steps: 1001 }, '1 to 1000'],
    ['half a step', { steps: 1.5 }, '1 to 1000'],
    ['steps that are not a number', { steps: Number.NaN }, '1 to 1000'],
    ['budget 0', { budget: 0 }, '1 to 4'],
    ['a budget over the group', { budget: 5 }, '1 to 4'],
    ['a budget that is not a number', { budget: Number.NaN }, '1 to 4'],
    ['a fractional budget', { budget: 0.5 }, '1 to 4'],
    ['a negative seed', { seed: -1 }, '0 to 4294967295'],
    ['a seed over 32 bits', { seed: 2 ** 32 }, '0 to 4294967295'],
    ['a fractional seed', { seed: 0.5 }, '0 to 4294967295'],
    ['guidance that is not a number', { guidance: Number.NaN }, 'from 0 up'],
    ['negative guidance', { guidance: -1 }, 'from 0 up'],
    ['endless guidance', { guidance: Number.POSITIVE_INFINITY }, 'from 0 up'],
    ['a guiding budget over the group', { guidance: { kind: 'ccfg', scale: 2, budget: 9 } }, '1 to 4'],
    ['an interval the wrong way round', { guidance: { kind: 'cfg', scale: 2, interval: [0.8, 0.2] } }, 'low ≤ high'],
    ['an interval beyond the run', { guidance: { kind: 'cfg', scale: 2, interval: [0, 1.5] } }, 'low ≤ high'],
    ['noise of another length', { noise: new Float32Array(7) }, 'seed'],
    ['noise with NaN', { noise: new Float32Array(8).fill(Number.NaN, 3, 4) }, 'finite'],
    ['noise and a variation', { noise: new Float32Array(8), variation: { seed: 1, amount: 0.5 } }, 'a seed'],
    ['a variation beyond the other seed', { variation: { seed: 1, amount: 1.01 } }, 'from 0 to 1'],
    ['a variation before the seed', { variation: { seed: 1, amount: -0.01 } }, 'from 0 to 1'],
    ['a variation by no number', { variation: { seed: 1, amount: Number.NaN } }, 'from 0 to 1'],
    ['a variation towards no seed', { variation: { seed: 2 ** 32, amount: 0.5 } }, '0 to 4294967295'],
    ['a seed and noise', { noise: new Float32Array(8), seed: 1 }, 'only one'],
  ])('refuses %s and says what to do', (_, request, advice) => {
    expect(() => resolveSettings(request, model)).toThrow(
      expect.objectContaining({ code: 'request-invalid', hint: expect.stringContaining(advice) }),
    );
  });

  it('refuses words where it knows none', () => {
    const solver = JSON.parse('{"solver":"eular"}') as GenerateRequest;
    expect(() => resolveSettings(solver, model)).toThrow(
      expect.objectContaining({ code: 'request-invalid', hint: expect.stringContaining('euler, heun, sde') }),
    );
    const kind = JSON.parse('{"guidance":{"kind":"cgf","scale":2}}') as GenerateRequest;
    expect(() => resolveSettings(kind, model)).toThrow(expect.objectContaining({ code: 'request-invalid' }));
  });

  it('names the near ones of an unknown subject or style', () => {
    expect(() => resolveSettings({ subject: 'cat fase' }, model)).toThrow(
      expect.objectContaining({ code: 'name-unknown', hint: expect.stringContaining('“cat face”') }),
    );
    expect(() => resolveSettings({ style: 'nato' }, model)).toThrow(
      expect.objectContaining({ code: 'name-unknown', hint: expect.stringContaining('“noto”') }),
    );
  });
});
