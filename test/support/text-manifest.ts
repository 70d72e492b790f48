import { type Manifest, parseManifest } from '../../src/model/manifest.ts';

/** The model.json of a model that reads text: 5 names and “any”, 2 styles and “any”, embeddings of 12 numbers. */
export function textManifestJson() {
  const file = { bytes: 1, sha256: '0'.repeat(64) };
  const concepts = ['green pear', 'red apple', 'cat face', 'dog'];
  return {
    name: 'reads-text',
    description: 'For tests',
    architecture: 'sit',
    config: { hidden: 8, heads: 1, depth: 1, grid: 2, patch: 1, in_channels: 2 },
    image: { width: 2, height: 2 },
    latent: { channels: 2, height: 2, width: 2 },
    subjects: [
      ...concepts.map((name) => ({ name, kind: 'concept', category: 'things' })),
      { name: 'things', kind: 'category' },
      { name: 'any', kind: 'any' },
    ],
    styles: ['flat', 'soft', 'any'],
    conditioning: {
      kind: 'text',
      encoder: 'text-encoder.onnx',
      tokenizer: 'tokenizer.json',
      longest: 64,
      width: 12,
      names: 'names.safetensors',
    },
    defaults: { steps: 4, solver: 'euler', guidance: 2, budget: 1 },
    files: {
      'elit.safetensors': file,
      'decoder.onnx': file,
      'text-encoder.onnx': file,
      'tokenizer.json': file,
      'names.safetensors': file,
    },
  };
}

export function textManifest(): Manifest {
  return parseManifest(textManifestJson());
}
