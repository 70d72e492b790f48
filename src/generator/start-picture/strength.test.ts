import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { readSafetensors } from '../../../test/support/recorded.ts';
import { FileSource } from '../../cli/file-source.ts';
import { ssim } from '../../ui/distance/ssim.ts';
import { decoderHere } from '../decoder-here.ts';
import { Engine } from '../engine.ts';
import { openWasmDevice } from '../wasm-device.ts';
import { imageEncoderHere } from './image-encoder-here.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 }); // the bundled model on a processor

let engine: Engine;

beforeAll(async () => {
  engine = await Engine.load(new FileSource('public/models/emoji-128'), {
    openDecoder: decoderHere(),
    openImageEncoder: imageEncoderHere(),
    openDevice: openWasmDevice,
  });
});
afterAll(() => engine.dispose());

it('the bundled model stays near the picture at little strength, leaves it at more, and forgets it at 1', async () => {
  const recorded = await readSafetensors('test/fixtures/emoji-128/encoder.golden.safetensors');
  const image = { width: 128, height: 128, data: Uint8ClampedArray.from(recorded.float32('pixels')) };
  const request = { subject: 'pizza', style: 'noto', seed: 3, steps: 10, budget: 4, guidance: 1 };
  const near = await engine.generate({ ...request, image, strength: 0.1 });
  const apart = await engine.generate({ ...request, image, strength: 0.6 });
  const away = await engine.generate({ ...request, image, strength: 1 });
  const without = await engine.generate(request);
  const likeness = [near, apart, away].map((drawn) => ssim(drawn, image));
  expect(likeness[0]).toBeGreaterThan(0.8);
  expect(likeness[0]).toBeGreaterThan(likeness[1]! + 0.05);
  expect(likeness[1]).toBeGreaterThan(likeness[2]!);
  expect(away.latents).toEqual(without.latents);
});
