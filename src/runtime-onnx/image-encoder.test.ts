import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { fitPicture } from '../generator/start-picture/fit-picture.ts';
import { Safetensors } from '../model/safetensors.ts';
import { OnnxDecoder } from './decoder.ts';
import { OnnxImageEncoder } from './image-encoder.ts';
import { straightRgba8 } from './straight-alpha.ts';

const LATENTS = { channels: 8, height: 16, width: 16 };
const IMAGE = { width: 128, height: 128 };

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 }); // WASM is compiled on the way

let model: Uint8Array;
let recorded: Safetensors;
let encoder: OnnxImageEncoder;
let planes: Float32Array;

beforeAll(async () => {
  model = await readFile('public/models/emoji-128/encoder.onnx');
  recorded = Safetensors.parse(await readFile('test/fixtures/emoji-128/encoder.golden.safetensors'));
  encoder = await OnnxImageEncoder.create(model, IMAGE, LATENTS);
  const data = Uint8ClampedArray.from(recorded.float32('pixels'));
  planes = fitPicture({ ...IMAGE, data }, IMAGE.width, IMAGE.height);
});

afterAll(() => encoder.dispose());

describe('OnnxImageEncoder', () => {
  it('makes the latents that PyTorch’s float32 encoder makes of the same bytes', async () => {
    const latents = await encoder.encode(planes);
    const expected = recorded.float32('latents');
    const worst = expected.reduce((most, value, i) => Math.max(most, Math.abs(value - latents[i]!)), 0);
    expect(worst).toBeLessThan(5e-3); // the weights are float16
  });

  it('and decoder give the picture back, nearly', async () => {
    const decoder = await OnnxDecoder.create(await readFile('public/models/emoji-128/decoder.onnx'), LATENTS, IMAGE);
    const back = await decoder.decode(await encoder.encode(planes));
    const squares = back.reduce((sum, value, i) => sum + (value - planes[i]!) ** 2, 0) / back.length;
    expect(-10 * Math.log10(squares)).toBeGreaterThan(25); // dB
    const theirs = recorded.float32('image');
    expect(back.reduce((most, value, i) => Math.max(most, Math.abs(value - theirs[i]!)), 0)).toBeLessThan(2e-2);
    expect(straightRgba8(back).some((value, i) => i % 4 === 3 && value === 0)).toBe(true);
    await decoder.dispose();
  });

  it('says what is wrong with a picture of another size, and works on', async () => {
    await expect(encoder.encode(new Float32Array(7))).rejects.toMatchObject({ code: 'image-encoder-failed' });
    await expect(encoder.encode(planes)).resolves.toHaveLength(2048);
  });

  it('refuses latents of another shape than model.json’s, and what is no model', async () => {
    const other = await OnnxImageEncoder.create(model, IMAGE, { ...LATENTS, channels: 4 });
    await expect(other.encode(planes)).rejects.toMatchObject({ message: expect.stringContaining('not 1024') });
    await other.dispose();
    await expect(OnnxImageEncoder.create(model.subarray(0, 1000), IMAGE, LATENTS)).rejects.toMatchObject({
      code: 'image-encoder-failed',
    });
  });
});
