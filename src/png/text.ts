import { type Chunk, checkSum, chunkBytes, chunks, invalid } from './chunks.ts';

/**
 * The texts in a PNG, each under a keyword (chunk `tEXt`, Latin-1). Compressed text is left alone: nothing here
 * unpacks what a stranger has packed.
 */

const LONGEST_KEYWORD = 79;
const LONGEST_TEXT = 65_536;
const MOST_TEXTS = 64;

/**
 * The texts by keyword; of two with the same one, the first.
 * @throws ElitError picture-invalid when the file is no PNG, is cut short or damaged, or holds too much text
 */
export function readPngText(file: Uint8Array): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  let count = 0;
  for (const chunk of chunks(file)) {
    if (chunk.type !== 'tEXt') continue;
    if (count++ === MOST_TEXTS) throw invalid(`The picture holds more than ${MOST_TEXTS} texts.`);
    if (chunk.bytes.length > LONGEST_TEXT) throw invalid(`A text in the picture is longer than ${LONGEST_TEXT} bytes.`);
    checkSum(file, chunk);
    const [keyword, text] = parseText(chunk);
    if (!texts.has(keyword)) texts.set(keyword, text);
  }
  return texts;
}

/**
 * A copy of a PNG with a text before its end.
 * @param text of characters up to U+00FF
 * @throws ElitError picture-invalid when the file is no PNG
 * @throws RangeError when keyword or text do not fit the format
 */
export function withPngText(file: Uint8Array, keyword: string, text: string): Uint8Array<ArrayBuffer> {
  if (!/^[!-~]+$/.test(keyword) || keyword.length > LONGEST_KEYWORD) throw new RangeError(`keyword “${keyword}”`);
  if (keyword.length + 1 + text.length > LONGEST_TEXT) throw new RangeError(`a text of ${text.length} characters`);
  const addition = chunkBytes('tEXt', Uint8Array.from(`${keyword}\0${text}`, latin1));
  const end = [...chunks(file)].at(-1)!.offset;
  const out = new Uint8Array(file.length + addition.length);
  out.set(file.subarray(0, end));
  out.set(addition, end);
  out.set(file.subarray(end), end + addition.length);
  return out;
}

function parseText({ bytes }: Chunk): [keyword: string, text: string] {
  const end = bytes.indexOf(0);
  if (end < 1 || end > LONGEST_KEYWORD) throw invalid('A text in the picture has no keyword.');
  // Not TextDecoder, whose “latin1” is windows-1252.
  const text = (part: Uint8Array) => Array.from(part, (code) => String.fromCharCode(code)).join('');
  return [text(bytes.subarray(0, end)), text(bytes.subarray(end + 1))];
}

function latin1(character: string): number {
  const code = character.codePointAt(0)!;
  if (code > 0xff) throw new RangeError(`“${character}” is not in Latin-1`);
  return code;
}
