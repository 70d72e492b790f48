import fc from 'fast-check';
import { readManifest } from '../../src/generator/model-files.ts';
import { encode, tampered } from './json.ts';
import { mutated } from './mutate.ts';
import type { Target } from './target.ts';

const config = { hidden: 64, heads: 4, depth: 4, grid: 8, patch: 2, in_channels: 4, num_classes: 5 };
const parts = { group: 4, head_blocks: 1, core_blocks: 2, tail_blocks: 1 };
const sha256 = '0'.repeat(64);
const file = { bytes: 5_000_000, sha256, chunks: { bytes: 4_194_304, sha256: [sha256, sha256] } };
const manifest = {
  name: 'tiny',
  description: 'A tiny model',
  architecture: 'elit-sit',
  config: { ...config, ...parts },
  image: { width: 32, height: 32 },
  latent: { channels: 4, height: 16, width: 16 },
  subjects: [
    { name: 'cat', kind: 'concept', category: 'animal' },
    { name: 'animal', kind: 'category' },
    { name: 'any', kind: 'any' },
  ],
  styles: ['noto', 'any'],
  class_index: 'subject * (number of styles) + style',
  null_class: 5,
  defaults: { steps: 20, solver: 'euler', guidance: 2.5, budget: 16 },
  files: { 'elit.safetensors': file, 'decoder.onnx': file },
  licences: [{ work: 'Art', by: 'Somebody', licence: 'MIT', url: 'https://example.org/' }],
  metrics: {
    samples: 1000,
    runs: [
      {
        budget: 16,
        steps: 20,
        guidance: { kind: 'cfg', scale: 2.5, budget: 1, interval: [0, 1] },
        frechet: { value: 12.5, low: 11, high: 14 },
        coverage: 0.5,
      },
    ],
  },
};

const { num_classes: _, ...noClasses } = manifest.config;
const { class_index: __, null_class: ___, ...noRule } = manifest;
const conditioning = {
  kind: 'text',
  encoder: 'text-encoder.onnx',
  tokenizer: 'tokenizer.json',
  longest: 64,
  width: 384,
  names: 'names.safetensors',
};
const files = {
  ...manifest.files,
  'text-encoder.onnx': file,
  'tokenizer.json': file,
  'names.safetensors': file,
};
const readsText = { ...noRule, config: noClasses, conditioning, files };

const nested = fc.tuple(fc.nat(3000), fc.constantFrom('[', '{"a":')).map(([depth, open]) => open.repeat(depth));
const texts = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom(manifest, readsText).map((json) => JSON.stringify(json)) },
  { weight: 6, arbitrary: tampered(fc.constantFrom(manifest, readsText)).map((json) => JSON.stringify(json)) },
  { weight: 1, arbitrary: nested },
);

export const manifestTarget: Target = {
  name: 'model.json',
  files: mutated(texts.map(encode)),
  codes: ['manifest-invalid', 'config-invalid'],
  share: 0.4,
  read: async (bytes, passed) => {
    const source = { read: async () => new Uint8Array(bytes) };
    try {
      await readManifest(source, new AbortController().signal);
      passed();
    } catch (thrown) {
      if (!/model\.json is not JSON/.test(String(thrown))) passed();
      throw thrown;
    }
  },
};
