import { readFile } from 'node:fs/promises';
import { normals } from './numbers.ts';
import { onnxFile } from './onnx.ts';

const PREFIX = 'test/fixtures/reference/elit-sit-a';
const [LATENT_SIDE, IMAGE_SIDE, RGBA] = [16, 32, 4];

/** A whole model around a recorded network, small enough that anything can be done with it: files by their names. */
export async function tinyModel(): Promise<ReadonlyMap<string, Buffer>> {
  const [json, weights] = await Promise.all([readFile(`${PREFIX}.json`, 'utf8'), readFile(`${PREFIX}.safetensors`)]);
  const config = JSON.parse(json) as { in_channels: number; num_classes: number };
  const decoder = Buffer.from(tinyDecoder(config.in_channels));
  const file = ({ byteLength: bytes }: Buffer) => ({ bytes, sha256: '0'.repeat(64) });
  const manifest = {
    name: 'tiny',
    description: 'A recorded network with a decoder of one convolution',
    architecture: 'elit-sit',
    config,
    image: { width: IMAGE_SIDE, height: IMAGE_SIDE },
    latent: { channels: config.in_channels, height: LATENT_SIDE, width: LATENT_SIDE },
    ...classes(config.num_classes + 1),
    class_index: 'subject * (number of styles) + style',
    null_class: config.num_classes,
    defaults: { steps: 5, solver: 'euler', guidance: 2, budget: 16 },
    files: { 'elit.safetensors': file(weights), 'decoder.onnx': file(decoder) },
  };
  return new Map([
    ['model.json', Buffer.from(JSON.stringify(manifest))],
    ['elit.safetensors', weights],
    ['decoder.onnx', decoder],
  ]);
}

/** 11 styles and as many subjects as make `count` classes. */
function classes(count: number): { subjects: object[]; styles: string[] } {
  const styles = [...Array.from({ length: 10 }, (_, i) => `style ${i}`), 'any'];
  const subjects = Array.from({ length: count / styles.length - 1 }, (_, i) => ({
    name: `subject ${i}`,
    kind: 'concept',
  }));
  return { subjects: [...subjects, { name: 'any', kind: 'any' }], styles };
}

/** One 3×3 convolution, to squares of 2, held to 0..1. */
function tinyDecoder(channels: number): Uint8Array {
  const outputs = RGBA * (IMAGE_SIDE / LATENT_SIDE) ** 2;
  return onnxFile({
    nodes: [
      { operator: 'Conv', inputs: ['latents', 'weight', 'bias'], output: 'wide', attributes: { pads: [1, 1, 1, 1] } },
      { operator: 'DepthToSpace', inputs: ['wide'], output: 'pixels', attributes: { blocksize: 2, mode: 'CRD' } },
      { operator: 'Clip', inputs: ['pixels', 'low', 'high'], output: 'image' },
    ],
    tensors: {
      weight: {
        dims: [outputs, channels, 3, 3],
        values: Float32Array.from(normals(1, 1, outputs * channels * 9, 0.2).data),
      },
      bias: { dims: [outputs], values: new Float32Array(outputs).fill(0.5) },
      low: { dims: [], values: Float32Array.of(0) },
      high: { dims: [], values: Float32Array.of(1) },
    },
  });
}
