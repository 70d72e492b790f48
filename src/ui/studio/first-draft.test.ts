import { describe, expect, it } from 'vitest';
import { textManifest } from '../../../test/support/text-manifest.ts';
import { defaultSettings } from '../../generator/settings.ts';
import type { ModelInfo } from '../../generator/types.ts';
import { firstDraft } from './first-draft.ts';

const manifest = textManifest();
const defaults = { ...defaultSettings(manifest), subject: 'dog', seed: 3 };
const { name, subjects, styles } = manifest;
const info = { name, subjects, styles, defaults } as Partial<ModelInfo> as ModelInfo;

describe('firstDraft', () => {
  it('is the model’s defaults but for what is asked for', () => {
    expect(firstDraft(info, { budget: 2 })).toMatchObject({ subject: 'dog', prompt: undefined, seed: 3, budget: 2 });
  });

  it('has a prompt in place of the subject, unless it is a name', () => {
    expect(firstDraft(info, { prompt: ' a  dragon ' })).toMatchObject({ subject: 'any', prompt: 'a dragon' });
    expect(firstDraft(info, { prompt: 'Red Apple' })).toMatchObject({ subject: 'red apple', prompt: undefined });
  });
});
