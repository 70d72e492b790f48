import { expect, it } from 'vitest';
import { planDecoder } from '../../src/decoder/plan.ts';
import { readDecoder } from '../../src/decoder/read-decoder.ts';
import { decoderHere } from '../../src/generator/decoder-here.ts';
import { readManifest } from '../../src/generator/model-files.ts';
import { Safetensors } from '../../src/model/safetensors.ts';
import { smallModel } from './small-model.ts';

it('is a whole model, for our kernels and for onnxruntime', async () => {
  const files = await smallModel();
  const read = async (name: string) => new Uint8Array(files.get(name)!);
  const { latent, image, weights } = await readManifest({ read }, new AbortController().signal);
  expect(Safetensors.parse(await read(weights.name)).has('pos_embed')).toBe(true);
  const decoder = await read('decoder.onnx');
  expect(planDecoder(readDecoder(decoder, latent, { ...image, channels: 4 })).steps.length).toBeGreaterThan(0);
  const onnx = await decoderHere()(decoder, latent, image);
  const { data } = await onnx.decode(Float32Array.from({ length: 4 * 16 * 16 }, (_, i) => Math.sin(i)));
  expect(new Set(data).size).toBeGreaterThan(50);
  onnx.dispose();
});
