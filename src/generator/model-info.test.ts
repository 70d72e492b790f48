import { describe, expect, it } from 'vitest';
import { fakeModel, tinyManifest } from '../../test/support/generator-fakes.ts';
import { textManifestJson } from '../../test/support/text-manifest.ts';
import { type Manifest, parseManifest } from '../model/manifest.ts';
import { describeModel } from './model-info.ts';

const hashOf = (manifest: Manifest) => describeModel({ ...fakeModel().model, manifest }).hash;

/** The manifest of a model that reads text and pictures, with another file under one of the names. */
function withOther(changed: string | null): Manifest {
  const json = textManifestJson();
  const names = [...Object.keys(json.files), 'encoder.onnx'];
  const files = Object.fromEntries(
    names.map((name) => [name, { bytes: 1, sha256: (name === changed ? 'f' : '0').repeat(64) }]),
  );
  return parseManifest({ ...json, files });
}

describe('the hash of a model', () => {
  it('is another one when any file is that settings need to draw a picture again', () => {
    const names = ['elit.safetensors', 'decoder.onnx', 'text-encoder.onnx', 'tokenizer.json', 'names.safetensors'];
    const hashes = [null, ...names].map((name) => hashOf(withOther(name)));
    expect(new Set(hashes).size).toBe(6);
    expect(hashes[0]).toBe('0'.repeat(40));
  });

  it('has 8 digits of each file that the model has', () => {
    expect(hashOf(tinyManifest())).toHaveLength(16);
    expect(hashOf(tinyManifest(['encoder.onnx']))).toBe(hashOf(tinyManifest()));
  });
});
