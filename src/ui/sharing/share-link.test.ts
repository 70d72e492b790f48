import { describe, expect, it } from 'vitest';
import type { Settings } from '../../generator/types.ts';
import { readPageOptions } from '../page-options/page-options.ts';
import { otherModelWords, sharedModel, shareLink } from './share-link.ts';

const page = new URL('https://example.org/site/?model=models/tiny/&backend=webgpu&budget=3');
const model = { name: 'emoji-1.5', hash: '0123456789abcdef' };
const settings: Settings = {
  ...{ subject: 'piñata & co', style: 'noto', seed: 4_294_967_295, steps: 12, budget: 8, solver: 'euler' },
  guidance: { kind: 'cfg', scale: 2.5, budget: 1, interval: [0, 1] },
};

describe('shareLink', () => {
  it('is read by the page as the settings that were used, and keeps what else the address asked for', () => {
    const link = shareLink(page, model, settings)!;
    expect(readPageOptions(link)).toEqual({
      model: 'https://example.org/site/models/tiny/',
      backend: 'webgpu',
      settings: { subject: 'piñata & co', style: 'noto', seed: 4_294_967_295, steps: 12, budget: 8, guidance: 2.5 },
    });
    expect(sharedModel(link)).toEqual(model);
  });

  it('holds the whole of another guidance, so that the page reads back what it wrote', () => {
    const guidance = { kind: 'ccfg', scale: 3, budget: 2, interval: [0.2, 0.8] } as const;
    const link = shareLink(page, model, { ...settings, guidance });
    expect(link && readPageOptions(link).settings.guidance).toEqual(guidance);
  });

  it('holds a prompt in place of a subject, and a subject in place of a prompt', () => {
    const prompted = { ...settings, subject: 'any', prompt: 'تفاحة & “a 🐉”' };
    const link = shareLink(page, model, prompted)!;
    expect(readPageOptions(link).settings).toMatchObject({ prompt: prompted.prompt });
    expect(link.searchParams.has('subject')).toBe(false);
    const next = readPageOptions(shareLink(link, model, settings)!).settings;
    expect(next).toMatchObject({ subject: settings.subject });
    expect(next).not.toHaveProperty('prompt');
  });

  it('holds a variation, and loses it with the next picture that has none', () => {
    const variation = { seed: 11, amount: 0.35 };
    const link = shareLink(page, model, { ...settings, variation })!;
    expect(readPageOptions(link).settings.variation).toEqual(variation);
    expect(shareLink(link, model, settings)?.searchParams.has('variation')).toBe(false);
  });

  it('says that there was no guidance as a scale of 1', () => {
    const link = shareLink(page, model, { ...settings, guidance: { ...settings.guidance, kind: 'none', scale: 3 } });
    expect(link?.searchParams.get('guidance')).toBe('1');
  });

  it('is none for a picture that was started from another', () => {
    expect(shareLink(page, model, { ...settings, picture: '0badcafe', strength: 0.6 })).toBeNull();
  });

  it('is none for noise of its own', () => {
    expect(shareLink(page, model, { ...settings, seed: null })).toBeNull();
  });
});

describe('the model of a link', () => {
  it('is unknown where the address does not say', () => {
    for (const query of ['', '?drawn-by=', '?drawn-by=tiny', '?drawn-by=.0123']) {
      expect(sharedModel(new URL(query, page)), query).toBeNull();
    }
  });

  it('is named when it is another one', () => {
    expect(otherModelWords(model, model)).toBe('');
    expect(otherModelWords(null, model)).toBe('');
    expect(otherModelWords(model, null)).toBe('');
    expect(otherModelWords({ ...model, hash: 'f' }, model)).toMatch(/another version of the model “emoji-1.5”/);
    expect(otherModelWords({ ...model, name: 'other' }, model)).toMatch(/“other”.*“emoji-1.5”/);
  });
});
