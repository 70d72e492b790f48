import { describe, expect, it } from 'vitest';
import { safetensorsFile, writeSafetensors } from '../../test/support/safetensors.ts';
import type { ErrorCode } from '../errors.ts';
import { headerEnd, parseHeader, Safetensors } from './safetensors.ts';

const f32 = (begin: number, count: number) => ({
  dtype: 'F32',
  shape: [count],
  data_offsets: [begin, begin + 4 * count],
});
const entry = (changes: object) => safetensorsFile({ a: { ...f32(0, 2), ...changes } }, 8);

function manyEmpty(count: number): object {
  const empty = { dtype: 'F32', shape: [0], data_offsets: [0, 0] };
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [i, empty]));
}

describe('a sound file', () => {
  const tensors = {
    'a.weight': { shape: [2, 3], values: [1, 2, 3, 4, 5, 6] },
    'b.bias': { shape: [1], values: [-0.5] },
  };
  const bytes = writeSafetensors(tensors, { format: 'elit-sit', runs: '[{"n": "a\\"b: {"}]' });

  it('gives names, shapes, metadata and values', () => {
    const file = Safetensors.parse(bytes);
    expect(file.names()).toEqual(['a.weight', 'b.bias']);
    expect(file.has('a.weight')).toBe(true);
    expect(file.has('toString')).toBe(false);
    expect(file.metadata).toMatchObject({ format: 'elit-sit', runs: '[{"n": "a\\"b: {"}]' });
    expect(file.tensor('a.weight')).toMatchObject({ dtype: 'F32', shape: [2, 3] });
    expect([...file.float32('a.weight')]).toEqual([1, 2, 3, 4, 5, 6]);
    expect([...file.float32('b.bias')]).toEqual([-0.5]);
  });

  it('lies anywhere in a larger buffer, and tensors are views of it', () => {
    const larger = new Uint8Array(bytes.length + 3);
    larger.set(bytes, 3);
    const file = Safetensors.parse(larger.subarray(3));
    expect(file.tensor('b.bias').bytes.buffer).toBe(larger.buffer);
    expect([...file.float32('b.bias')]).toEqual([-0.5]);
    file.float32('b.bias')[0] = 1;
    expect([...file.float32('b.bias')]).toEqual([-0.5]);
  });

  it('has a header that can be read before the data arrives', () => {
    const end = headerEnd(bytes.subarray(0, 8));
    const header = parseHeader(bytes.subarray(0, end));
    expect(header).toMatchObject({ dataStart: end, fileBytes: bytes.length });
    expect(header.entries.get('b.bias')).toMatchObject({ begin: end + 24, end: end + 28 });
  });

  it('may hold no tensors, a scalar, and an empty tensor', () => {
    expect(Safetensors.parse(safetensorsFile({})).names()).toEqual([]);
    const scalar = { dtype: 'F32', shape: [], data_offsets: [0, 4] };
    const empty = { dtype: 'F32', shape: [0, 7], data_offsets: [0, 0] };
    const file = Safetensors.parse(safetensorsFile({ empty, scalar }, 4));
    expect([...file.float32('scalar')]).toEqual([0]);
    expect([...file.float32('empty')]).toEqual([]);
  });

  it('names a tensor that is missing', () => {
    expect(() => Safetensors.parse(bytes).tensor('c')).toThrow(refused('weights-mismatch', '“c”'));
  });
});

describe('number formats', () => {
  const read = (dtype: string, words: ArrayBufferView<ArrayBuffer>, count: number) => {
    const data = new Uint8Array(words.buffer);
    const header = { a: { dtype, shape: [count], data_offsets: [0, data.length] } };
    return [...Safetensors.parse(safetensorsFile(header, data)).float32('a')];
  };

  it('F16 is exact: zeros, subnormals, normals, infinities, NaN', () => {
    const halves = Uint16Array.of(
      0x0000,
      0x8000,
      0x0001,
      0x83ff,
      0x0400,
      0x3c00,
      0xc248,
      0x7bff,
      0x7c00,
      0xfc00,
      0x7e01,
    );
    expect(read('F16', halves, halves.length)).toEqual([
      0,
      -0,
      2 ** -24,
      -1023 * 2 ** -24,
      2 ** -14,
      1,
      -3.140625,
      65504,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      Number.NaN,
    ]);
  });

  it('BF16 is the upper half of a float32', () => {
    expect(read('BF16', Uint16Array.of(0x3f80, 0xc049, 0x0001, 0x7f80), 4)).toEqual([
      1,
      -3.140625,
      2 ** -133,
      Number.POSITIVE_INFINITY,
    ]);
  });

  it('F64, I32 and I64 are rounded', () => {
    expect(read('F64', Float64Array.of(0.1, -2), 2)).toEqual([Math.fround(0.1), -2]);
    expect(read('I32', Int32Array.of(-3, 1000), 2)).toEqual([-3, 1000]);
    expect(read('I64', BigInt64Array.of(-3n, 2n ** 40n), 2)).toEqual([-3, 2 ** 40]);
  });
});

describe('a file cut short', () => {
  const bytes = writeSafetensors({ a: { shape: [2], values: [1, 2] } });

  it.each([0, 7, 8, 30, bytes.length - 1])('after %d bytes', (length) => {
    expect(() => Safetensors.parse(bytes.subarray(0, length))).toThrow(refused('weights-truncated'));
  });
});

describe('a file that makes no sense', () => {
  const longHeader = Uint8Array.of(0, 0, 0, 2, 0, 0, 0, 0); // 32 MiB
  const hugeHeader = Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 1);
  const huge = Number.MAX_SAFE_INTEGER;
  const deep = `{"a": {"dtype": "F32", "shape": ${'['.repeat(9)}${']'.repeat(9)}, "data_offsets": [0, 4]}}`;

  it.each([
    ['a header longer than the cap', longHeader, 'more than'],
    ['a header length beyond 32 bits', hugeHeader, 'more than'],
    ['a header that is not JSON', safetensorsFile('{"a": '), 'cannot be read'],
    ['a header that is not UTF-8', safetensorsFile({ a: 1 }).fill(0xff, 9, 12), 'cannot be read'],
    ['a header that is a list', safetensorsFile([]), 'not a JSON object'],
    ['a deeply nested header', safetensorsFile(deep, 4), 'nests deeper'],
    ['a repeated name', safetensorsFile('{"a": {}, "\\u0061": {}}'), '“a” twice'],
    ['a repeated key', safetensorsFile('{"a": {"shape": [1], "shape": [2]}}'), '“shape” twice'],
    ['a tensor named __proto__', safetensorsFile('{"__proto__": {}}'), '__proto__'],
    ['metadata named __proto__', safetensorsFile('{"__metadata__": {"__proto__": "x"}}'), '__proto__'],
    ['metadata that is no text', safetensorsFile({ __metadata__: { n: 1 } }), '“n”'],
    ['metadata that is a list', safetensorsFile({ __metadata__: [] }), 'metadata'],
    ['an entry that is a number', safetensorsFile({ a: 3 }), '“a”'],
    ['an unknown dtype', entry({ dtype: 'F8_E4M3' }), 'F8_E4M3'],
    ['an inherited name as dtype', entry({ dtype: 'constructor' }), 'constructor'],
    ['a missing shape', entry({ shape: null }), 'shape'],
    ['a negative length', entry({ shape: [-2] }), 'shape'],
    ['a fractional length', entry({ shape: [0.5, 4] }), 'shape'],
    ['a shape that needs more bytes', entry({ shape: [3] }), 'needs 12 bytes, but its offsets span 8'],
    ['a shape whose product overflows', entry({ shape: [2 ** 31, 2 ** 31, 2 ** 31] }), 'can be addressed'],
    ['an overflow hidden by a zero', entry({ shape: [huge, huge, 0], data_offsets: [0, 0] }), 'can be addressed'],
    ['falling offsets', entry({ data_offsets: [8, 0] }), 'offsets'],
    ['three offsets', entry({ data_offsets: [0, 8, 8] }), 'offsets'],
    ['negative offsets', entry({ data_offsets: [-8, 0] }), 'offsets'],
    ['nine dimensions', entry({ shape: Array(9).fill(1) }), 'more than 8 dimensions'],
    ['a hundred thousand tensors', safetensorsFile(manyEmpty(100_000)), 'more than 65536 tensors'],
    ['overlapping tensors', safetensorsFile({ a: f32(0, 2), b: f32(4, 2) }, 12), '“b” overlaps'],
    ['the same bytes twice', safetensorsFile({ a: f32(0, 2), b: f32(0, 2) }, 8), 'overlaps'],
    ['a gap', safetensorsFile({ a: f32(0, 2), b: f32(12, 1) }, 16), '4 unused bytes before tensor “b”'],
    ['bytes after the last tensor', safetensorsFile({ a: f32(0, 2) }, 9), '1 bytes after'],
  ])('%s', (_, bytes, words) => {
    expect(() => Safetensors.parse(bytes)).toThrow(refused('weights-malformed', words));
  });

  it('is told in few words', () => {
    const bytes = safetensorsFile({ ['x'.repeat(100_000)]: 1 });
    expect(() => Safetensors.parse(bytes)).toThrow(
      expect.objectContaining({ message: expect.stringMatching(/^.{1,401}$/) }),
    );
  });

  it('promises more data than any file has', () => {
    const end = 2 ** 50;
    const bytes = safetensorsFile({ a: { dtype: 'F32', shape: [end / 4], data_offsets: [0, end] } }, 8);
    expect(() => Safetensors.parse(bytes)).toThrow(refused('weights-truncated'));
  });
});

function refused(code: ErrorCode, words = ''): unknown {
  return expect.objectContaining({ code, message: expect.stringContaining(words), hint: expect.stringMatching(/\.$/) });
}
