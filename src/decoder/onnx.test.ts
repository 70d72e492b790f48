import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { countAllocations } from '../../test/fuzz/allocations.ts';
import { anyFloats, bytes, message, onnxFile, text, varint, writeTensor } from '../../test/support/onnx.ts';
import { ElitError } from '../errors.ts';
import { float32Values, integerValues, readOnnx } from './onnx.ts';
import { readDecoder } from './read-decoder.ts';

/** A model around the bytes of a graph. */
const model = (...graph: Uint8Array[]) => bytes(7, message(...graph));
const floats = (...values: number[]) => ({ dims: [values.length], values: Float32Array.from(values) });

function failureOf(file: Uint8Array): ElitError {
  try {
    readOnnx(file);
  } catch (thrown) {
    if (thrown instanceof ElitError && thrown.code === 'decoder-failed') return thrown;
    throw thrown;
  }
  throw new Error('the file was read');
}

describe('readOnnx', () => {
  it('reads the decoder of emoji-128', async () => {
    const graph = readOnnx(await readFile('public/models/emoji-128/decoder.onnx'));
    expect(graph.inputs).toEqual(['latents']);
    expect(graph.outputs).toEqual(['image']);
    expect(graph.nodes.filter(({ operator }) => operator === 'Conv')).toHaveLength(14);
    const weight = graph.tensors.get('dec.1.c1.weight');
    expect(weight?.dims).toEqual([160, 160, 3, 3]);
    expect(graph.nodes[2]?.attributes.get('pads')).toEqual([1, 1, 1, 1]);
    const eps = graph.nodes.find(({ operator }) => operator === 'InstanceNormalization')?.attributes.get('epsilon');
    expect(eps).toBeCloseTo(1e-5, 10);
  });

  it('reads nodes, attributes and tensors as written', () => {
    const attributes = {
      whole: -3,
      text: 'CRD',
      wholes: [1, -1, 300],
      real: { float: 0.5 },
      tensor: { dims: [2], values: [0, -1] },
    };
    const graph = readOnnx(
      onnxFile({
        nodes: [{ operator: 'Op', inputs: ['a', '', 'b'], output: 'c', attributes }],
        tensors: { a: floats(1, -2.5), none: { dims: [0, 3], values: new Float32Array() } },
      }),
    );
    const [node] = graph.nodes;
    expect(node).toMatchObject({ operator: 'Op', inputs: ['a', '', 'b'], outputs: ['c'] });
    const { tensor, ...plain } = Object.fromEntries(node?.attributes ?? []);
    expect(plain).toEqual({ whole: -3, text: 'CRD', wholes: [1, -1, 300], real: 0.5 });
    expect(tensor).toMatchObject({ type: 'int64', dims: [2] });
    const stored = graph.tensors.get('a');
    expect(stored && float32Values(stored)).toEqual(Float32Array.of(1, -2.5));
    expect(() => stored && integerValues(stored)).toThrow('int64');
    expect(graph.tensors.get('none')?.dims).toEqual([0, 3]);
  });

  it('reads packed numbers, and passes over what it does not need', () => {
    const packed = message(bytes(1, Uint8Array.of(2, 3)), varint(2, 1), text(8, 't'), bytes(9, new Uint8Array(24)));
    const graph = readOnnx(message(text(2, 'producer'), model(text(10, 'doc'), bytes(5, packed))));
    expect(graph.tensors.get('t')?.dims).toEqual([2, 3]);
  });

  it('names an operator of another domain in full', () => {
    const file = onnxFile({ nodes: [{ operator: 'Conv', inputs: [], output: 'x', domain: 'com.example' }] });
    expect(readOnnx(file).nodes[0]?.operator).toBe('com.example.Conv');
  });

  it.each([
    ['nothing', new Uint8Array(), 'no graph'],
    ['text', new TextEncoder().encode('<!doctype html><html></html>'), 'no ONNX file'],
    ['a field without a number', Uint8Array.of(0, 1), 'without a number'],
    ['a group, an old encoding', Uint8Array.of(0x0b), 'encoding 3'],
    ['a number that does not end', Uint8Array.of(0x08, 0x80), 'middle of a number'],
    ['a number of 80 bits', Uint8Array.of(0x08, ...Array(12).fill(0xff)), 'more than 64 bits'],
    ['more bytes than there are', bytes(7, new Uint8Array(4), 2 ** 40), 'cut short'],
    ['a length below zero', bytes(7, new Uint8Array(4), -1), 'negative length'],
    ['a graph that is a number', varint(7, 1), 'should be bytes'],
    ['a name that is not UTF-8', model(bytes(11, bytes(1, Uint8Array.of(0xff)))), 'UTF-8'],
    ['a tensor shorter than it says', model(bytes(5, tensorOf([2, 3], 20))), 'needs 24 bytes, but has 20'],
    ['a tensor of more than there can be', model(bytes(5, tensorOf([2 ** 30, 2 ** 30, 2 ** 30], 4))), 'but has 4'],
    ['a negative dimension', model(bytes(5, tensorOf([-1], 4))), 'negative dimension'],
    ['too many dimensions', model(bytes(5, tensorOf(Array(9).fill(1), 4))), 'more than 8 dimensions'],
    ['a tensor of half floats', model(bytes(5, varint(2, 10))), 'ONNX type 10'],
    ['a tensor in another file', model(bytes(5, message(tensorOf([1], 4), varint(14, 1)))), 'in another file'],
    ['an attribute without a value', model(bytes(1, bytes(5, text(1, 'mode')))), '“mode”'],
    ['two tensors of one name', model(...Array(2).fill(bytes(5, writeTensor(floats(1), 'w')))), 'two tensors'],
    ['nodes without end', model(...Array(5000).fill(bytes(1, text(4, 'Add')))), 'more than 4096 nodes'],
  ])('refuses %s', (_, file, words) => {
    expect(failureOf(file).message).toContain(words);
  });

  it('refuses a file cut anywhere', () => {
    const whole = onnxFile({
      nodes: [{ operator: 'Conv', inputs: ['latents', 'w'], output: 'image', attributes: { pads: [1, 1, 1, 1] } }],
      tensors: { w: anyFloats(4, 4, 3, 3) },
    });
    for (let length = 0; length < whole.length; length++) {
      // The version before the graph is a file by itself, without a graph.
      expect(failureOf(whole.subarray(0, length)).code).toBe('decoder-failed');
    }
    expect(readOnnx(whole).nodes).toHaveLength(1);
  });

  it('keeps messages short whatever the file calls things', () => {
    const file = model(bytes(5, message(tensorOf([3], 4), text(8, 'x'.repeat(10_000)))));
    expect(failureOf(file).message.length).toBeLessThan(500);
  });
});

/** A float32 tensor of some dimensions with `length` bytes of data. */
function tensorOf(dims: readonly number[], length: number): Uint8Array {
  return message(...dims.map((dim) => varint(1, dim)), varint(2, 1), text(8, 't'), bytes(9, new Uint8Array(length)));
}

describe('a small file that asks for much', () => {
  const MEGABYTE = 2 ** 20;
  const asked = async (file: Uint8Array, work: (file: Uint8Array) => unknown) => {
    return (await countAllocations(64 * MEGABYTE, () => work(file))) / file.length;
  };

  it('gets one copy of a tensor, however many nodes use it', async () => {
    const inputs = (i: number) => [i === 0 ? 'latents' : `x${i}`, 'w'];
    const nodes = Array.from({ length: 500 }, (_, i) => ({ operator: 'Conv', inputs: inputs(i), output: `x${i + 1}` }));
    const file = onnxFile({ nodes, tensors: { w: anyFloats(128, 128, 1, 1) } });
    const read = () => readDecoder(file, { channels: 128, height: 2, width: 2 }, { channels: 4, height: 2, width: 2 });
    expect(await asked(file, () => expect(read).toThrow('Nothing in the decoder'))).toBeLessThan(10);
  });

  it('gets no numbers a channel without end', () => {
    const wide = { operator: 'Conv', inputs: ['latents', 'w'], output: 'x0' };
    const nodes = Array.from({ length: 2000 }, (_, i) => ({
      operator: 'Mul',
      inputs: [`x${i}`, 'two'],
      output: `x${i + 1}`,
    }));
    const two = { dims: [], values: Float32Array.of(2) };
    const file = onnxFile({ nodes: [wide, ...nodes], tensors: { w: anyFloats(1024, 1, 1, 1), two } });
    const shape = { channels: 1, height: 1, width: 1 };
    expect(() => readDecoder(file, shape, shape)).toThrow('channels in all');
  });

  it.each<[string, Uint8Array, string]>([
    ['fields', new Uint8Array(2 * 65_537).map((_, i) => (i % 2 === 0 ? 8 : 0)), 'more than 65536 fields'],
    ['dimensions', model(bytes(5, bytes(1, new Uint8Array(MEGABYTE)))), 'more than 8 numbers'],
    ['numbers in an attribute', model(bytes(1, bytes(5, bytes(8, new Uint8Array(MEGABYTE))))), 'more than 64 numbers'],
    ['numbers one by one', model(bytes(1, bytes(5, message(...Array(65).fill(varint(8, 1)))))), 'more than 64 numbers'],
    ['names', model(bytes(1, message(...Array(65).fill(text(1, 'x'))))), 'more than 64 inputs'],
    ['inputs', model(...Array(65).fill(bytes(11, text(1, 'x')))), 'too many inputs'],
  ])('gets no %s without end', (_, file, words) => {
    expect(failureOf(file).message).toContain(words);
  });

  it('gets no shape of a million numbers', () => {
    const tensor = { type: 'int64', dims: [MEGABYTE], bytes: new Uint8Array(8 * MEGABYTE) } as const;
    expect(() => integerValues(tensor)).toThrow('is no shape');
  });
});
