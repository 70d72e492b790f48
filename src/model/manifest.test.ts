import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { decode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { tinyModel } from '../../test/support/tiny-model.ts';
import { parseManifest } from './manifest.ts';

const folder = 'public/models/emoji-128';
const text = await readFile(`${folder}/model.json`, 'utf8');
const raw = JSON.parse(text);
const changed = (changes: object) => ({ ...JSON.parse(text), ...changes });
/** A model of classes; what is particular to text is in text-manifest.test.ts. */
const classes = JSON.parse(String((await tinyModel()).get('model.json')));

describe('the bundled model', () => {
  const manifest = parseManifest(JSON.parse(text));

  it('is read whole', () => {
    expect(manifest).toMatchObject({
      name: 'emoji-128',
      image: { width: 128, height: 128 },
      latent: { channels: 8, height: 16, width: 16 },
      defaults: { steps: 20, solver: 'euler', guidance: 2.5, budget: 16 },
    });
    const { images, samples, hardware = null } = raw.training;
    expect(manifest.training).toEqual({ images, samples, hardware });
    expect(images).toBeGreaterThan(9000);
    expect(samples).toBeGreaterThan(images);
    expect(manifest.subjects).toHaveLength(raw.subjects.length);
    expect(manifest.subjects.length).toBeGreaterThan(1900);
    expect(manifest.subjects[0]).toEqual({
      name: '1st place medal',
      kind: 'concept',
      category: 'award-medal',
      label: '1st place medal',
    });
    expect(manifest.styles).toHaveLength(8);
    expect(manifest.nullClass).toBe(manifest.subjects.length * 8 - 1);
    expect(manifest.stylePictures).toBe('styles.png');
    expect(new Set(manifest.licences.map(({ licence }) => licence))).toEqual(
      new Set(['Apache-2.0', 'CC-BY-4.0', 'MIT']),
    );
  });

  const { weights, decoder, encoder, text: reader } = manifest;
  const readers = reader === null ? [] : [reader.encoder, reader.tokenizer, reader.names];

  it.each([weights, decoder, encoder!, ...readers])(
    'has the file $name that it speaks of',
    async ({ name, bytes, sha256, chunks }) => {
      const file = await readFile(`${folder}/${name}`);
      const hash = (part: Buffer) => createHash('sha256').update(part).digest('hex');
      expect(file.length).toBe(bytes);
      expect(hash(file)).toBe(sha256);
      const size = chunks!.bytes;
      const parts = Array.from({ length: Math.ceil(bytes / size) }, (_, i) => file.subarray(i * size, (i + 1) * size));
      expect(chunks!.sha256).toEqual(parts.map(hash));
    },
  );
});

it('has one picture for each style, small enough to be fetched for buttons', async () => {
  const { width, height } = decode(await readFile(`${folder}/styles.png`));
  expect(width).toBe(8 * height);
  expect((await stat(`${folder}/styles.png`)).size).toBeLessThan(30_000);
});

describe('parseManifest refuses', () => {
  const cat = { name: 'cat', kind: 'concept', category: 'animal' };
  const any = { name: 'any', kind: 'any' };
  const file = { bytes: 1, sha256: '0'.repeat(64) };
  const files = (changes: object) => changed({ files: { ...raw.files, ...changes } });
  const chunked = (chunks: unknown) => files({ 'elit.safetensors': { ...file, chunks } });

  it.each([
    ['a text', 'model', 'not a JSON object'],
    ['null', null, 'not a JSON object'],
    ['another architecture', changed({ architecture: 'u-vit' }), '“architecture” is "u-vit"'],
    ['pictures of another folder', changed({ style_pictures: '../styles.png' }), '“style_pictures”'],
    ['an empty name', changed({ name: '' }), '“name”'],
    ['an image without width', changed({ image: { height: 128 } }), '“image.width” is missing'],
    ['an image of a million pixels a side', changed({ image: { width: 1e6, height: 1 } }), '“image.width”'],
    ['latents that the network does not make', changed({ latent: { channels: 4, height: 16, width: 16 } }), 'channels'],
    ['a subject of no known kind', changed({ subjects: [{ name: 'cat', kind: 'animal' }, any] }), '“subjects[0].kind”'],
    ['a subject that is a text', changed({ subjects: ['cat', any] }), '“subjects[0]”'],
    ['no subjects', changed({ subjects: [] }), '“subjects” must end'],
    ['subjects without any', changed({ subjects: [cat] }), '“subjects” must end'],
    ['a subject twice', changed({ subjects: [cat, cat, any] }), '“cat” twice'],
    ['a style that is a number', changed({ styles: [7, 'any'] }), '“styles[0]”'],
    ['styles without any', changed({ styles: ['noto'] }), '“styles” must end'],
    ['a style twice', changed({ styles: ['noto', 'noto', 'any'] }), '“noto” twice'],
    [
      'classes that the network does not have',
      { ...classes, styles: ['noto', 'any'] },
      `${2 * classes.subjects.length} classes`,
    ],
    ['another class rule', { ...classes, class_index: 'style * subjects + subject' }, '“class_index”'],
    ['another null class', { ...classes, null_class: 0 }, '“null_class” is 0'],
    ['default steps of 0', changed({ defaults: { steps: 0 } }), '“defaults.steps” is 0'],
    ['an unknown default solver', changed({ defaults: { steps: 1, solver: 'dpm' } }), '“defaults.solver”'],
    [
      'files without the decoder',
      { ...classes, files: { 'elit.safetensors': file } },
      '“files.decoder.onnx” is missing',
    ],
    ['training on no pictures', changed({ training: { images: 0 } }), '“training.images” is 0'],
    ['training on half a sample', changed({ training: { samples: 0.5 } }), '“training.samples” is 0.5'],
    ['a hash that is none', files({ 'elit.safetensors': { ...file, sha256: 'x' } }), 'sha256'],
    ['a file of no bytes', files({ 'elit.safetensors': { ...file, bytes: 0 } }), 'bytes'],
    ['chunks of no size', chunked({ sha256: ['0'.repeat(64)] }), '“files.elit.safetensors.chunks.bytes” is missing'],
    ['chunks of a byte', chunked({ bytes: 1, sha256: ['0'.repeat(64)] }), 'chunks.bytes” is 1'],
    ['more hashes than chunks', chunked({ bytes: 4096, sha256: ['0'.repeat(64), '0'.repeat(64)] }), 'has 2 hashes'],
    ['a chunk hash that is none', chunked({ bytes: 4096, sha256: ['0'.repeat(63)] }), 'chunks.sha256[0]'],
    [
      'a licence address that would run as script',
      changed({ licences: [{ work: 'a', by: 'b', licence: 'MIT', url: 'javascript:alert(1)' }] }),
      'https://',
    ],
  ])('%s', (_, json, words) => {
    const invalid = expect.objectContaining({ code: 'manifest-invalid', message: expect.stringContaining(words) });
    expect(() => parseManifest(json)).toThrow(invalid);
  });

  it('nothing for want of facts about the training', () => {
    const parts = { images: null, samples: null, hardware: null };
    expect(parseManifest(changed({ training: {} })).training).toEqual(parts);
    expect(parseManifest(changed({ training: { samples: 0 } })).training).toEqual({ ...parts, samples: 0 });
    const { training: _, ...without } = changed({});
    expect(parseManifest(without).training).toBeNull();
  });

  it('nothing for want of metrics, and reads those that are there', () => {
    const { metrics: _, ...without } = changed({});
    expect(parseManifest(without).metrics).toBeNull();
    const guidance = { kind: 'cfg', scale: 2.5, budget: 1, interval: [0, 1] };
    const runs = [{ budget: 16, steps: 20, guidance, kid: { value: 0.1, low: 0, high: 0.2 } }];
    expect(parseManifest(changed({ metrics: { samples: 10, runs } })).metrics).toMatchObject({
      samples: 10,
      runs: [{ budget: 16, figures: { kid: { value: 0.1 } } }],
    });
    const wrong = changed({ metrics: { samples: 10, runs: [{ ...runs[0], budget: 17 }] } });
    expect(() => parseManifest(wrong)).toThrow(
      expect.objectContaining({ code: 'manifest-invalid', message: expect.stringContaining('budget” is 17') }),
    );
  });

  it('a network that contradicts itself, in the network’s own words', () => {
    const config = { ...JSON.parse(text).config, depth: 3 };
    expect(() => parseManifest(changed({ config }))).toThrow(expect.objectContaining({ code: 'config-invalid' }));
  });
});
