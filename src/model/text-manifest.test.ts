import { describe, expect, it } from 'vitest';
import { textManifest, textManifestJson } from '../../test/support/text-manifest.ts';
import { parseManifest } from './manifest.ts';

const json = textManifestJson();
const conditioned = (changes: object) => ({ ...json, conditioning: { ...json.conditioning, ...changes } });

describe('the model.json of a model that reads text', () => {
  it('is read whole', () => {
    const { config, text, nullClass } = textManifest();
    expect(config).toMatchObject({ numClasses: 0, text: { width: 12, styles: 3 } });
    expect(text).toMatchObject({ longest: 64, width: 12, encoder: { name: 'text-encoder.onnx', bytes: 1 } });
    expect(nullClass).toBe(17);
  });

  it.each([
    ['another kind', conditioned({ kind: 'image' }), '“conditioning.kind” is "image"'],
    ['a file outside the folder', conditioned({ encoder: '../text-encoder.onnx' }), '“conditioning.encoder”'],
    ['embeddings of no width', conditioned({ width: 0 }), '“conditioning.width” is 0'],
    ['prompts of a million tokens', conditioned({ longest: 1e6 }), '“conditioning.longest”'],
    ['a null class beside text', { ...json, null_class: 17 }, '“null_class” is given'],
    ['classes beside text', { ...json, config: { ...json.config, num_classes: 17 } }, '“num_classes” is given'],
    ['no names', { ...json, files: { ...json.files, 'names.safetensors': undefined } }, '“files.names.safetensors”'],
  ])('is refused with %s', (_, changed, words) => {
    const message = expect.stringContaining(words);
    expect(() => parseManifest(changed)).toThrow(expect.objectContaining({ message }));
  });
});
