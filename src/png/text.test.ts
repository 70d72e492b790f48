import { decode, encode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { chunkBytes } from './chunks.ts';
import { readPngText, withPngText } from './text.ts';

const data = Uint8Array.from({ length: 24 }, (_, i) => 10 * i);
const png = encode({ width: 3, height: 2, channels: 4, data });
const signature = png.subarray(0, 33); // with IHDR
const end = chunkBytes('IEND', new Uint8Array());

const file = (...parts: readonly Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));
const text = (content: string) =>
  chunkBytes(
    'tEXt',
    Uint8Array.from(content, (letter) => letter.charCodeAt(0)),
  );
const refused = (words: string) =>
  expect.objectContaining({ code: 'picture-invalid', message: expect.stringContaining(words) });

describe('text in a PNG', () => {
  it('is written as another reader reads it, and leaves the picture alone', () => {
    const { text, data: pixels } = decode(withPngText(png, 'Title', 'Café × 2'), { checkCrc: true });
    expect(text).toEqual({ Title: 'Café × 2' });
    expect(Array.from(pixels)).toEqual(Array.from(data));
  });

  it('is read as another writer writes it', () => {
    const written = encode({ width: 3, height: 2, channels: 4, data, text: { Author: 'É', Title: '' } });
    expect(Object.fromEntries(readPngText(written))).toEqual({ Author: 'É', Title: '' });
    expect(readPngText(png).size).toBe(0);
  });

  it('is the first of two with the same keyword, and may be named like a member of every object', () => {
    const texts = readPngText(file(signature, text('a\0one'), text('a\0two'), text('__proto__\0x'), end));
    expect([...texts]).toEqual([
      ['a', 'one'],
      ['__proto__', 'x'],
    ]);
  });

  it.each<[string, Uint8Array, string]>([
    ['nothing', new Uint8Array(), 'no PNG'],
    ['a JPEG', Uint8Array.of(0xff, 0xd8, 0xff), 'no PNG'],
    ['only a signature', png.subarray(0, 8), 'cut short'],
    ['half a file', png.subarray(0, png.length - 13), 'cut short'],
    ['a length beyond the end', png.with(33, 0x7f), 'cut short'],
    ['no size first', file(png.subarray(0, 8), end), 'begin with its size'],
    ['a piece without a name', png.with(37, 0), 'no name'],
    ['a damaged text', file(signature, text('a\0b').with(10, 0x63), end), 'checksum'],
    ['a text without keyword', file(signature, text('\0b'), end), 'no keyword'],
    ['a text without end of keyword', file(signature, text('b'), end), 'no keyword'],
    ['a long text', file(signature, text(`a\0${'b'.repeat(65_536)}`), end), 'longer than 65536'],
    ['many texts', file(signature, ...Array.from({ length: 65 }, () => text('a\0b')), end), 'more than 64'],
  ])('is refused: %s', (_, bytes, words) => {
    expect(() => readPngText(bytes)).toThrow(refused(words));
  });

  it.each([
    ['', 'x'],
    ['a b', 'x'],
    ['a'.repeat(80), 'x'],
    ['a', '…'],
    ['a', 'x'.repeat(65_536)],
  ])('is not written where it does not fit the format', (keyword, content) => {
    expect(() => withPngText(png, keyword, content)).toThrow(RangeError);
  });
});
