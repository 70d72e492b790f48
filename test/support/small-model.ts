import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { normals } from './numbers.ts';
import { onnxFile } from './onnx.ts';

const NETWORK = 'test/fixtures/reference/elit-sit-a';
/** 143 subjects in 7 styles are the 1001 classes of the network. */
const SUBJECTS = 143;
const STYLES = 7;
export const SMALL_LATENTS = { channels: 4, height: 16, width: 16 };
export const SMALL_IMAGE = { width: 32, height: 32 };

/**
 * The files of a whole model that draws in milliseconds (random weights of the small reference network, and a decoder
 * of one convolution): for tests of everything but the picture. Subjects are “s0” … and “any”, styles “a” … and “any”.
 */
export async function smallModel(): Promise<Map<string, Buffer>> {
  const config = JSON.parse(await readFile(`${NETWORK}.json`, 'utf8'));
  const weights = await readFile(`${NETWORK}.safetensors`);
  const decoder = Buffer.from(smallDecoder());
  const names = (count: number, name: (i: number) => string) => Array.from({ length: count - 1 }, (_, i) => name(i));
  const manifest = {
    name: 'small',
    description: 'Random weights, for tests',
    architecture: 'elit-sit',
    config,
    image: SMALL_IMAGE,
    latent: SMALL_LATENTS,
    subjects: [
      ...names(SUBJECTS, (i) => `s${i}`).map((name) => ({ name, kind: 'concept', category: 'tests' })),
      { name: 'any', kind: 'any' },
    ],
    styles: [...names(STYLES, (i) => String.fromCharCode(97 + i)), 'any'],
    class_index: 'subject * (number of styles) + style',
    null_class: SUBJECTS * STYLES - 1,
    defaults: { steps: 2, solver: 'euler', guidance: 1, budget: 16 },
    files: { 'elit.safetensors': described(weights), 'decoder.onnx': described(decoder) },
  };
  return new Map([
    ['model.json', Buffer.from(JSON.stringify(manifest))],
    ['elit.safetensors', weights],
    ['decoder.onnx', decoder],
  ]);
}

/** A 3×3 convolution to squares of 2×2 pixels, held to 0..1; onnxruntime takes it too. */
export function smallDecoder(): Uint8Array {
  const [outputs, size] = [16, 3];
  const values = normals(1, outputs, SMALL_LATENTS.channels * size * size, 0.2).data;
  const number = (value: number) => ({ dims: [], values: Float32Array.of(value) });
  return onnxFile({
    nodes: [
      { operator: 'Conv', inputs: ['latents', 'w', 'b'], output: 'x', attributes: { pads: [1, 1, 1, 1] } },
      { operator: 'DepthToSpace', inputs: ['x'], output: 'y', attributes: { blocksize: 2, mode: 'CRD' } },
      { operator: 'Clip', inputs: ['y', 'low', 'high'], output: 'image' },
    ],
    tensors: {
      w: { dims: [outputs, SMALL_LATENTS.channels, size, size], values: Float32Array.from(values) },
      b: { dims: [outputs], values: new Float32Array(outputs).fill(0.5) },
      low: number(0),
      high: number(1),
    },
    inputs: [{ name: 'latents', dims: ['batch', SMALL_LATENTS.channels, SMALL_LATENTS.height, SMALL_LATENTS.width] }],
    outputs: [{ name: 'image', dims: ['batch', 4, SMALL_IMAGE.height, SMALL_IMAGE.width] }],
  });
}

/** What a manifest says of a file. */
export function described(file: Uint8Array): { bytes: number; sha256: string } {
  return { bytes: file.length, sha256: createHash('sha256').update(file).digest('hex') };
}
