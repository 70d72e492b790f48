import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { anyFloats, onnxFile, type TestNode } from '../../test/support/onnx.ts';
import { inputsOf, type Plan, planDecoder } from './plan.ts';
import { readDecoder } from './read-decoder.ts';

const LATENTS = { channels: 4, height: 2, width: 2 };
const WEIGHT = { w: anyFloats(4, 4, 1, 1) };

const plan = (...nodes: TestNode[]): Plan => {
  const file = onnxFile({ nodes, tensors: WEIGHT });
  return planDecoder(readDecoder(file, LATENTS, LATENTS));
};

const node = (operator: string, inputs: string[], output: string): TestNode => ({ operator, inputs, output });

/** Steps as words: what runs, and what it takes in. */
const words = ({ steps }: Plan): string[] =>
  steps.map((step) => {
    if (step.kind === 'convolution') return `conv ${step.convolution.size}${step.residual ? ' + residual' : ''}`;
    return step.kind === 'norm' && step.silu ? 'norm + SiLU' : step.kind;
  });

describe('planDecoder', () => {
  it('cuts the decoder of emoji-128 into fused steps', async () => {
    const file = await readFile('public/models/emoji-128/decoder.onnx');
    const image = { channels: 4, height: 128, width: 128 };
    const planned = planDecoder(readDecoder(file, { channels: 8, height: 16, width: 16 }, image));
    const block = ['norm + SiLU', 'conv 3', 'norm + SiLU', 'conv 3 + residual'];
    const up = ['conv 1', 'shuffle'];
    expect(words(planned)).toEqual([
      ...['latents', 'conv 3', ...block, ...block],
      ...[...up, ...block, ...block],
      ...[...up, ...block],
      ...['norm + SiLU', 'conv 3'],
    ]);
    expect(planned.ending).toMatchObject({ block: 2, clip: { low: 0, high: 1 } });
    expect(planned.steps[0]).toMatchObject({ affine: { kind: 'affine' } });
  });

  it('makes every map once and before it is read', async () => {
    const file = await readFile('public/models/emoji-128/decoder.onnx');
    const image = { channels: 4, height: 128, width: 128 };
    const { steps } = planDecoder(readDecoder(file, { channels: 8, height: 16, width: 16 }, image));
    const made = new Set<unknown>();
    for (const step of steps) {
      for (const input of inputsOf(step)) expect(made.has(input)).toBe(true);
      expect(made.has(step.out)).toBe(false);
      made.add(step.out);
    }
  });

  it('keeps a convolution that others read out of the sum', () => {
    const conv = node('Conv', ['latents', 'w'], 'a');
    const other = node('Conv', ['a', 'w'], 'b');
    expect(words(plan(conv, other, node('Add', ['a', 'b'], 'image')))).toEqual([
      'latents',
      'conv 1',
      'conv 1 + residual',
    ]);
    expect(words(plan(conv, other, node('Add', ['b', 'a'], 'image')))).toEqual([
      'latents',
      'conv 1',
      'conv 1 + residual',
    ]);
  });

  it('takes latents as they are for a picture', () => {
    const bare = plan(node('Clip', ['latents'], 'image'));
    expect(words(bare)).toEqual(['latents']);
    expect(bare.ending).toMatchObject({ block: 1, affine: null });
  });

  it('plans a graph as deep as it may be', () => {
    const nodes = Array.from({ length: 4000 }, (_, i) =>
      node('Conv', [i === 0 ? 'latents' : `x${i}`, 'w'], `x${i + 1}`),
    );
    expect(plan(...nodes, node('Clip', ['x4000'], 'image')).steps).toHaveLength(4001);
  });

  it.each<[string, TestNode[], string]>([
    ['a sigmoid by itself', [node('Sigmoid', ['latents'], 'image')], 'no sigmoid of latents'],
    [
      'SiLU of what is no norm',
      [node('Sigmoid', ['latents'], 'gate'), node('Mul', ['latents', 'gate'], 'image')],
      'no silu of latents',
    ],
    ['a sum without a convolution', [node('Add', ['latents', 'latents'], 'image')], 'no sum of latents and latents'],
    [
      'a sum of a convolution with itself',
      [node('Conv', ['latents', 'w'], 'x'), node('Add', ['x', 'x'], 'image')],
      'no sum of convolution and convolution',
    ],
    ['a clip in the middle', [node('Clip', ['latents'], 'x'), node('Conv', ['x', 'w'], 'image')], 'no clip of latents'],
  ])('refuses %s', (_, nodes, message) => {
    expect(() => plan(...nodes)).toThrow(expect.objectContaining({ code: 'decoder-failed' }));
    expect(() => plan(...nodes)).toThrow(message);
  });

  it('refuses a picture that is not RGBA', () => {
    const file = onnxFile({ nodes: [node('Conv', ['latents', 'w'], 'image')], tensors: { w: anyFloats(3, 4, 1, 1) } });
    const picture = readDecoder(file, LATENTS, { ...LATENTS, channels: 3 });
    expect(() => planDecoder(picture)).toThrow('3 channels');
  });
});
