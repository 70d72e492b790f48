import { malformed } from './failure.ts';

/**
 * The wire format of protocol buffers, as far as ONNX uses it: a message is a row of fields, each with a number and
 * one of four encodings. Nothing is allocated by a length that the file claims: every value is a view into it.
 * Format: https://protobuf.dev/programming-guides/encoding.
 */

export type Field =
  | { readonly number: number; readonly kind: 'varint'; readonly value: number | bigint }
  | { readonly number: number; readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly number: number; readonly kind: 'fixed'; readonly bytes: Uint8Array };

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;
/** A varint carries 64 bits, 7 a byte. */
const LONGEST_VARINT = 10;
/** Bytes of a varint whose bits a double's 32-bit operations hold. */
const SHORT_VARINT = 4;
/** Far above what any message of a decoder has; a field takes two bytes in the file, but fifty times that as an object. */
const MOST_FIELDS = 65_536;

/** The fields of a message in the order of the file. @throws ElitError decoder-failed where the bytes make no sense */
export function* fields(message: Uint8Array): Generator<Field> {
  const reader = new Reader(message);
  for (let count = 0; !reader.done; count++) {
    if (count === MOST_FIELDS) throw malformed(`A message of the decoder’s file has more than ${MOST_FIELDS} fields.`);
    const tag = reader.size();
    const number = Math.floor(tag / 8);
    const wire = tag % 8;
    if (number === 0) throw malformed('The decoder’s file has a field without a number: it is no ONNX file.');
    if (wire === VARINT) yield { number, kind: 'varint', value: reader.varint() };
    else if (wire === BYTES) yield { number, kind: 'bytes', bytes: reader.take(reader.size()) };
    else if (wire === FIXED32) yield { number, kind: 'fixed', bytes: reader.take(4) };
    else if (wire === FIXED64) yield { number, kind: 'fixed', bytes: reader.take(8) };
    else throw malformed(`The decoder’s file has a field of encoding ${wire}: it is no ONNX file.`);
  }
}

/** Bytes of an embedded message or a string. */
export function bytesOf(field: Field): Uint8Array {
  if (field.kind === 'bytes') return field.bytes;
  throw malformed(`Field ${field.number} of a message in the decoder’s file should be bytes.`);
}

export function textOf(field: Field): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytesOf(field));
  } catch (cause) {
    if (cause instanceof TypeError) throw malformed('A name in the decoder’s file is not UTF-8.');
    throw cause;
  }
}

/** A whole number that a double holds exactly; negative ones as protobuf writes them, in two's complement. */
export function integerOf(field: Field): number {
  if (field.kind === 'varint') return exact(field.value);
  throw malformed(`Field ${field.number} of a message in the decoder’s file should be a whole number.`);
}

/** Whole numbers of a repeated field, which come one by one or packed together; at most `most` of them. */
export function integersOf(field: Field, most: number): number[] {
  if (field.kind !== 'bytes') return [integerOf(field)];
  const reader = new Reader(field.bytes);
  const values: number[] = [];
  while (!reader.done) {
    if (values.length === most) throw malformed(`The decoder’s file has more than ${most} numbers in one list.`);
    values.push(exact(reader.varint()));
  }
  return values;
}

export function floatOf(field: Field): number {
  if (field.kind === 'fixed' && field.bytes.length === 4) {
    return new DataView(field.bytes.buffer, field.bytes.byteOffset, 4).getFloat32(0, true);
  }
  throw malformed(`Field ${field.number} of a message in the decoder’s file should be a float32.`);
}

function exact(value: number | bigint): number {
  if (typeof value === 'number') return value;
  const number = Number(BigInt.asIntN(64, value));
  if (Number.isSafeInteger(number)) return number;
  throw malformed(`The decoder’s file has a number too large to be true: ${value}.`);
}

/** Walks through bytes and never past their end. */
class Reader {
  #at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  get done(): boolean {
    return this.#at >= this.bytes.length;
  }

  varint(): number | bigint {
    let value = 0;
    for (let i = 0; i < SHORT_VARINT; i++) {
      const byte = this.#byte();
      value |= (byte & 0x7f) << (7 * i);
      if (byte < 0x80) return value;
    }
    return this.#longVarint(BigInt(value));
  }

  /** The rest of a varint whose first bytes are read. */
  #longVarint(low: bigint): bigint {
    let value = low;
    for (let i = SHORT_VARINT; i < LONGEST_VARINT; i++) {
      const byte = this.#byte();
      value |= BigInt(byte & 0x7f) << BigInt(7 * i);
      if (byte < 0x80) return value;
    }
    throw malformed('The decoder’s file has a number of more than 64 bits.');
  }

  #byte(): number {
    const byte = this.bytes[this.#at++];
    if (byte === undefined) throw malformed('The decoder’s file ends in the middle of a number.');
    return byte;
  }

  /** A length or a tag. */
  size(): number {
    const size = exact(this.varint());
    if (size < 0) throw malformed('The decoder’s file has a negative length.');
    return size;
  }

  take(length: number): Uint8Array {
    const left = this.bytes.length - this.#at;
    if (length > left) {
      throw malformed(`A field of the decoder’s file claims ${length} bytes where ${left} are left; it is cut short.`);
    }
    this.#at += length;
    return this.bytes.subarray(this.#at - length, this.#at);
  }
}
