import { ElitError } from '../errors.ts';

/**
 * PNG as far as its frame goes: a signature, then chunks of a length, a type, bytes and a checksum, from IHDR to IEND.
 * Every length is held against what is there before anything is made of it; a chunk's bytes are a view into the file.
 * Format: https://www.w3.org/TR/png-3.
 */
export interface Chunk {
  /** Four letters. */
  readonly type: string;
  readonly bytes: Uint8Array;
  /** Where the chunk begins in the file, at its length field. */
  readonly offset: number;
}

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] as const;
/** Length and type before a chunk's bytes, checksum behind. */
const BEFORE = 8;
const BEHIND = 4;
const HEADER_BYTES = 13;
/** A picture of 8192 × 8192 takes less, and encoders write it in pieces of 8 kB or more. */
const MOST_BYTES = 256 * 2 ** 20;
const MOST_CHUNKS = 65_536;

/**
 * The chunks in the order of the file, IHDR first and IEND last. Checksums are left to `checkSum`.
 * @throws ElitError picture-invalid when the file is no PNG, or is cut short
 */
export function* chunks(file: Uint8Array): Generator<Chunk> {
  if (!SIGNATURE.every((value, i) => file[i] === value)) throw invalid('The file is no PNG picture.');
  if (file.length > MOST_BYTES) throw invalid(`The picture has more than ${MOST_BYTES} bytes.`);
  let offset: number = SIGNATURE.length;
  for (let count = 0; count < MOST_CHUNKS; count++) {
    const chunk = readChunk(file, offset);
    if (count === 0 && (chunk.type !== 'IHDR' || chunk.bytes.length !== HEADER_BYTES)) {
      throw invalid('The picture does not begin with its size.');
    }
    yield chunk;
    if (chunk.type === 'IEND') return;
    offset += BEFORE + chunk.bytes.length + BEHIND;
  }
  throw invalid(`The picture is in more than ${MOST_CHUNKS} pieces.`);
}

/** @throws ElitError picture-invalid when the chunk's bytes are not those that were written */
export function checkSum(file: Uint8Array, { type, bytes, offset }: Chunk): void {
  const end = offset + BEFORE + bytes.length;
  if (crc32(file.subarray(offset + 4, end)) === view(file).getUint32(end)) return;
  throw invalid(`The piece “${type}” of the picture is damaged: its checksum does not match.`);
}

/** A chunk as it stands in a file. */
export function chunkBytes(type: string, bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(BEFORE + bytes.length + BEHIND);
  view(out).setUint32(0, bytes.length);
  out.set(new TextEncoder().encode(type), 4);
  out.set(bytes, BEFORE);
  view(out).setUint32(BEFORE + bytes.length, crc32(out.subarray(4, BEFORE + bytes.length)));
  return out;
}

export function invalid(message: string, hint = 'Use a PNG that this page has made, as it was downloaded.'): ElitError {
  return new ElitError('picture-invalid', message, hint);
}

function readChunk(file: Uint8Array, offset: number): Chunk {
  const left = file.length - offset - BEFORE - BEHIND;
  const length = left < 0 ? 0 : view(file).getUint32(offset);
  if (left < length) throw invalid('The picture is cut short.');
  const type = String.fromCharCode(...file.subarray(offset + 4, offset + BEFORE));
  if (!/^[A-Za-z]{4}$/.test(type)) throw invalid('The picture is damaged: one of its pieces has no name.');
  return { type, bytes: file.subarray(offset + BEFORE, offset + BEFORE + length), offset };
}

function view({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

/** Of one bit after the other: only text chunks are summed, and they are small. */
function crc32(bytes: Uint8Array): number {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  }
  return ~sum >>> 0;
}
