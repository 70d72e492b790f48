import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { normalPlanes } from '../../test/support/feature-maps.ts';
import { anyFloats, onnxFile, type TestGraph, type TestNode } from '../../test/support/onnx.ts';
import { SMALL_IMAGE, SMALL_LATENTS, smallDecoder } from '../../test/support/small-decoder.ts';
import { ElitError } from '../errors.ts';
import { philox4x32 } from '../sampling/philox.ts';
import type { Expression } from './expression.ts';
import { planDecoder } from './plan.ts';
import { readDecoder } from './read-decoder.ts';

const LATENTS = { channels: 4, height: 2, width: 2 };

/** Reads a graph whose picture has 4 channels of some size. */
const read = (graph: TestGraph, side = 2): Expression =>
  readDecoder(onnxFile(graph), LATENTS, { channels: 4, height: side, width: side });

/** A graph of one node that makes the picture from the latents. */
const single = (operator: string, rest: Partial<TestNode> = {}, tensors: TestGraph['tensors'] = {}): TestGraph => ({
  nodes: [{ operator, inputs: ['latents'], output: 'image', ...rest }],
  tensors,
});

const convolution = (attributes: TestNode['attributes'], ...dims: number[]): TestGraph =>
  single('Conv', { inputs: ['latents', 'w'], attributes: attributes ?? {} }, { w: anyFloats(...dims) });

describe('readDecoder', () => {
  it('reads the decoder of emoji-128', async () => {
    const file = await readFile('public/models/emoji-128/decoder.onnx');
    const image = { channels: 4, height: 128, width: 128 };
    const picture = readDecoder(file, { channels: 8, height: 16, width: 16 }, image);
    expect(picture).toMatchObject({ kind: 'clip', low: 0, high: 1 });
    const affine = picture.kind === 'clip' ? picture.of : picture;
    expect(affine).toMatchObject({ kind: 'affine', scale: new Float64Array(4).fill(0.5) });
  });

  it('takes what follows a group norm, or another scale and shift, into one', () => {
    const graph: TestGraph = {
      nodes: [
        { operator: 'Mul', inputs: ['latents', 'two'], output: 'a' },
        { operator: 'Add', inputs: ['three', 'a'], output: 'b' },
        { operator: 'Div', inputs: ['b', 'two'], output: 'image' },
      ],
      tensors: {
        two: { dims: [], values: Float32Array.of(2) },
        three: { dims: [4, 1, 1], values: Float32Array.of(3, 4, 5, 6) },
      },
    };
    expect(read(graph)).toMatchObject({
      kind: 'affine',
      of: { kind: 'latents' },
      scale: Float64Array.of(1, 1, 1, 1),
      shift: Float64Array.of(1.5, 2, 2.5, 3),
    });
  });

  it.each<[string, TestGraph, string]>([
    ['an unknown operator', single('MaxPool'), 'operator “MaxPool”'],
    ['an operator of another domain', single('Conv', { domain: 'com.example' }), '“com.example.Conv”'],
    ['a name before it is made', single('Sigmoid', { inputs: ['x'] }), '“x” before it is made'],
    ['a picture that nothing makes', { nodes: [{ operator: 'Sigmoid', inputs: ['latents'], output: 'x' }] }, 'Nothing'],
    ['another input', { ...single('Sigmoid'), inputs: ['z'] }, 'no “latents”, but z'],
    ['another output', { ...single('Sigmoid'), outputs: ['rgb'] }, 'no “image”, but rgb'],
    ['a name made twice', single('Sigmoid', { output: 'latents' }), 'makes “latents” twice'],
    ['a kernel of 5 × 5', convolution({ pads: [2, 2, 2, 2] }, 4, 4, 5, 5), 'no Conv of 5 × 5'],
    ['a kernel that is not square', convolution({}, 4, 4, 1, 3), 'no Conv of 1 × 3'],
    ['a convolution along a line', convolution({}, 4, 4, 3), 'four dimensions'],
    ['a kernel for other channels', convolution({ pads: [1, 1, 1, 1] }, 4, 8, 3, 3), 'takes 8 channels, but gets 4'],
    ['a convolution without padding', convolution({}, 4, 4, 3, 3), 'with pads [0,0,0,0]'],
    ['a convolution with strides', convolution({ pads: [1, 1, 1, 1], strides: [2, 2] }, 4, 4, 3, 3), 'strides [2,2]'],
    ['a convolution in groups', convolution({ group: 4 }, 4, 4, 1, 1), 'group 4'],
    ['an attribute nobody asked for', convolution({ wobble: 1 }, 4, 4, 1, 1), 'with wobble'],
    ['a bias of other channels', wrongBias(), 'should be 4 numbers, not 3'],
    ['a scale that is no tensor', single('Mul', { inputs: ['latents', 'latents'] }), 'Mul of two feature maps'],
    ['a scale by pixel', single('Mul', { inputs: ['latents', 'w'] }, { w: anyFloats(4, 2, 2) }), 'tensor [4, 2, 2]'],
    ['a scale along a line', single('Mul', { inputs: ['latents', 'w'] }, { w: anyFloats(4) }), 'tensor [4]'],
    ['squares in the other order', single('DepthToSpace', { attributes: { blocksize: 2 } }), '"DCR" order'],
    ['squares that do not come out even', shuffle(3), 'no squares of 3 × 3'],
    ['squares of nothing', shuffle(0), 'no squares of 0 × 0'],
    ['a picture of another shape', shuffle(2), 'makes [1, 4, 4] of latents [4, 2, 2]; model.json says [4, 2, 2]'],
    ['a reshape to anything', reshape([1, 16]), 'other than to groups'],
    ['groups that do not come out even', reshape([0, 3, -1]), 'other than to groups'],
    ['no groups at all', reshape([0, 0, -1]), 'other than to groups'],
    ['a clip between bounds that are maps', single('Clip', { inputs: ['latents', 'latents'] }), 'not stored'],
    ['a sum of other shapes', sumOfShapes(), '[1, 2, 2] and [4, 2, 2] do not go together'],
    ['an instance norm of the whole', single('InstanceNormalization', {}), 'other than on groups'],
    [
      'a constant without a tensor',
      single('Constant', { inputs: [], attributes: { value_int: 3 } }),
      'without a tensor',
    ],
  ])('refuses %s', (_, graph, words) => {
    expect(() => read(graph)).toThrow(expect.objectContaining({ code: 'decoder-failed' }));
    expect(() => read(graph)).toThrow(words);
  });

  it('fails in words, whichever bytes of a file are changed', () => {
    const { file } = smallDecoder(normalPlanes(11, SMALL_LATENTS));
    const image = { channels: 4, ...SMALL_IMAGE };
    let refused = 0;
    for (let round = 0; round < 1500; round++) {
      const changed = file.slice();
      for (let i = 0; i <= round % 3; i++) {
        const [place = 0, value = 0] = philox4x32([round, i, 0, 0], 1, 2);
        changed[place % changed.length] = value & 0xff;
      }
      try {
        planDecoder(readDecoder(changed, SMALL_LATENTS, image));
      } catch (thrown) {
        if (!(thrown instanceof ElitError) || thrown.code !== 'decoder-failed') throw thrown;
        refused += 1;
      }
    }
    expect(refused).toBeGreaterThan(100);
  });
});

function wrongBias(): TestGraph {
  const tensors = { w: anyFloats(4, 4, 1, 1), b: anyFloats(3) };
  return single('Conv', { inputs: ['latents', 'w', 'b'] }, tensors);
}

function shuffle(blocksize: number): TestGraph {
  return single('DepthToSpace', { attributes: { blocksize, mode: 'CRD' } });
}

function reshape(values: number[]): TestGraph {
  return single('Reshape', { inputs: ['latents', 'to'] }, { to: { dims: [values.length], values } });
}

function sumOfShapes(): TestGraph {
  return {
    nodes: [
      { operator: 'Conv', inputs: ['latents', 'w'], output: 'narrow' },
      { operator: 'Add', inputs: ['narrow', 'latents'], output: 'image' },
    ],
    tensors: { w: anyFloats(1, 4, 1, 1) },
  };
}
