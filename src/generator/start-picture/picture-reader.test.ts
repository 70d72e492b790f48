import { describe, expect, it, vi } from 'vitest';
import { tinyManifest } from '../../../test/support/generator-fakes.ts';
import { ElitError } from '../../errors.ts';
import { resolveSettings } from '../settings.ts';
import type { GenerateRequest } from '../types.ts';
import { PictureReader } from './picture-reader.ts';

const manifest = tinyManifest(['encoder.onnx']);
const image = (red: number) => ({ width: 1, height: 1, data: Uint8ClampedArray.of(red, 0, 0, 255) });

function reader() {
  const encoder = {
    encode: vi.fn(async (planes: Float32Array) => new Float32Array(8).fill(planes[0]!)),
    dispose: vi.fn(async () => undefined),
  };
  const read = vi.fn(async (_file: unknown, _signal: AbortSignal, onBytes: (bytes: number) => void) => {
    onBytes(1);
    return new Uint8Array(1);
  });
  const open = vi.fn(async () => encoder);
  return { encoder, read, open, made: new PictureReader(manifest, manifest.encoder!, { read, open }) };
}

describe('PictureReader', () => {
  it('opens the encoder for the first picture, tells how far that is, and encodes each picture once', async () => {
    const { made, encoder, read, open } = reader();
    expect(read).not.toHaveBeenCalled();
    const onProgress = vi.fn();
    const [first] = await Promise.all([made.latents(image(255), onProgress), made.latents(image(255), onProgress)]);
    await made.latents(image(51));
    expect(await made.latents(image(255))).toBe(first);
    expect(first).toEqual(new Float32Array(8).fill(1));
    expect([read.mock.calls.length, open.mock.calls.length, encoder.encode.mock.calls.length]).toEqual([1, 1, 2]);
    expect(onProgress.mock.calls).toEqual([[{ reads: 'pictures', done: 1, total: 1 }]]);
    expect(open).toHaveBeenCalledWith(new Uint8Array(1), manifest.image, manifest.latent);
  });

  it('is not confused by a caller that writes to its pixels', async () => {
    const { made, encoder } = reader();
    const mine = image(255);
    await made.latents(mine);
    mine.data[0] = 0;
    expect((await made.latents(mine))[0]).toBe(0);
    expect(encoder.encode).toHaveBeenCalledTimes(2);
  });

  it('keeps the last four', async () => {
    const { made, encoder } = reader();
    for (const red of [1, 2, 3, 4, 5, 5, 4, 3, 2, 1]) await made.latents(image(red));
    expect(encoder.encode).toHaveBeenCalledTimes(6);
  });

  it('tries again after a failure', async () => {
    const { made, read, encoder } = reader();
    read.mockRejectedValueOnce(new ElitError('model-network', 'gone', 'wait'));
    await expect(made.latents(image(1))).rejects.toMatchObject({ code: 'model-network' });
    encoder.encode.mockRejectedValueOnce(new ElitError('image-encoder-failed', 'broken', 'again'));
    await expect(made.latents(image(1))).rejects.toMatchObject({ code: 'image-encoder-failed' });
    await expect(made.latents(image(1))).resolves.toHaveLength(8);
    expect(read).toHaveBeenCalledTimes(2);
  });

  it('frees the encoder, and stops one that is on its way', async () => {
    const { made, read, encoder } = reader();
    await made.latents(image(1));
    await made.dispose();
    expect(encoder.dispose).toHaveBeenCalledOnce();
    expect(read.mock.calls[0]?.[1].aborted).toBe(true);
  });
});

describe('the picture of a request', () => {
  it('is named by its fingerprint in the settings, beside the strength', () => {
    const settings = resolveSettings({ image: image(1), strength: 0.25 }, manifest);
    expect(settings).toMatchObject({ strength: 0.25, picture: expect.stringMatching(/^[0-9a-f]{8}$/) });
    expect(resolveSettings({ image: image(1) }, manifest).strength).toBe(0.6);
    expect(resolveSettings({}, manifest)).not.toHaveProperty('strength');
  });

  it.each<[string, GenerateRequest, string]>([
    ['strength 0', { image: image(1), strength: 0 }, 'The strength is 0.'],
    ['strength above 1', { image: image(1), strength: 1.01 }, 'The strength is 1.01.'],
    ['no number', { image: image(1), strength: Number.NaN }, 'The strength is NaN.'],
    ['a strength alone', { strength: 0.5 }, 'no picture'],
    ['no width', { image: { ...image(1), width: 0 } }, '0 × 1 pixels'],
    ['half a pixel', { image: { ...image(1), height: 0.5 } }, '1 × 0.5 pixels'],
    ['too few bytes', { image: { ...image(1), width: 2 } }, 'not the 8 bytes'],
  ])('is refused: %s', (_, request, words) => {
    expect(() => resolveSettings(request, manifest)).toThrow(
      expect.objectContaining({ code: 'request-invalid', message: expect.stringContaining(words) }),
    );
  });

  it('is refused by a model without an encoder', () => {
    expect(() => resolveSettings({ image: image(1) }, tinyManifest())).toThrow(
      expect.objectContaining({ code: 'request-invalid', message: expect.stringContaining('cannot begin') }),
    );
  });
});
