import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readDrawings } from '../../test/support/page-model.ts';
import { OnnxDecoder } from './decoder.ts';
import { straightRgba8 } from './straight-alpha.ts';

const LATENTS = { channels: 8, height: 16, width: 16 };
const IMAGE = { width: 128, height: 128 };
const { golden: recorded, drawings } = await readDrawings();
const RUNS = ['0.budget_1', '0.budget_16', '1.budget_4', `${drawings.at(-1)!.index}.budget_16`];

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 }); // WASM is compiled on the way

let model: Uint8Array;
let decoder: OnnxDecoder;

beforeAll(async () => {
  model = await readFile('public/models/emoji-128/decoder.onnx');
  decoder = await OnnxDecoder.create(model, LATENTS, IMAGE);
});

afterAll(() => decoder.dispose());

function latents(run: string): Float32Array {
  return recorded.float32(`${run}.latents`);
}

function largestError(image: Float32Array | undefined, run: string): number {
  return recorded
    .float32(`${run}.image`)
    .reduce((largest, expected, i) => Math.max(largest, Math.abs((image?.[i] ?? Number.NaN) - expected)), 0);
}

describe('OnnxDecoder', () => {
  it.each(RUNS)('decodes %s as recorded', async (run) => {
    const image = await decoder.decode(latents(run));
    expect(largestError(image, run)).toBeLessThan(1e-4);
    const opaque = straightRgba8(image).filter((value, i) => i % 4 === 3 && value === 255);
    expect(opaque.length).toBeGreaterThan(100);
  });

  it('serves overlapping calls', async () => {
    const images = await Promise.all(RUNS.map((run) => decoder.decode(latents(run))));
    for (const [i, run] of RUNS.entries()) expect(largestError(images[i], run)).toBeLessThan(1e-4);
  });

  it('says what is wrong with latents of another size, and works on', async () => {
    await expect(decoder.decode(new Float32Array(7))).rejects.toMatchObject({ code: 'decoder-failed' });
    await expect(decoder.decode(new Float32Array(2048))).resolves.toHaveLength(4 * 128 * 128);
  });

  it('refuses a decoder for other latents', async () => {
    await expect(OnnxDecoder.create(model, { ...LATENTS, channels: 4 }, IMAGE)).rejects.toMatchObject({
      code: 'decoder-failed',
      message: expect.stringContaining('float32 [B, 4, 16, 16]'),
    });
  });

  it('refuses a decoder for another image size', async () => {
    await expect(OnnxDecoder.create(model, LATENTS, { width: 256, height: 256 })).rejects.toMatchObject({
      code: 'decoder-failed',
      message: expect.stringContaining('float32 [B, 4, 256, 256]'),
    });
  });

  it('refuses what is no model', async () => {
    await expect(OnnxDecoder.create(model.subarray(0, 1000), LATENTS, IMAGE)).rejects.toMatchObject({
      code: 'decoder-failed',
    });
  });
});
