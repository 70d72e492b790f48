import { describe, expect, it } from 'vitest';
import { readDecoder, readManifest, readWeights } from './model-files.ts';
import type { ModelSource } from './source.ts';

const { signal } = new AbortController();
const file = { name: 'elit.safetensors', bytes: 100, sha256: '0'.repeat(64), chunks: null };

/** Every file is this. */
function source(content: string | Uint8Array<ArrayBuffer>): ModelSource {
  return { read: async () => (typeof content === 'string' ? new TextEncoder().encode(content) : content) };
}

describe('readManifest', () => {
  it.each([
    ['what is not JSON', '<!doctype html>'],
    ['a key given twice', '{"name":"a","name":"b"}'],
    ['an empty file', ''],
    ['text that is not UTF-8', Uint8Array.of(0x22, 0xff, 0x22)],
    ['JSON that is no manifest', '[]'],
  ])('refuses %s', async (_, content) => {
    await expect(readManifest(source(content), signal)).rejects.toMatchObject({
      code: 'manifest-invalid',
      message: expect.stringContaining('model.json'),
    });
  });
});

describe('readWeights', () => {
  it('says where a file ends too early', async () => {
    await expect(readWeights(source(new Uint8Array(60)), file, { signal })).rejects.toMatchObject({
      code: 'weights-truncated',
      message: 'elit.safetensors ends after 60 of 100 bytes.',
    });
  });

  it('refuses what is no safetensors file', async () => {
    await expect(readWeights(source(new Uint8Array(100).fill(255)), file, { signal })).rejects.toMatchObject({
      code: 'weights-malformed',
    });
  });
});

describe('readDecoder', () => {
  it('says where a file ends too early', async () => {
    await expect(readDecoder(source(new Uint8Array(60)), file, signal)).rejects.toMatchObject({
      code: 'decoder-failed',
    });
  });
});
