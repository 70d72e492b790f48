import { ElitError } from '../errors.ts';
import { BYTES_OF, type DType, toFloat32 } from './dtype.ts';
import { parseStrictJson } from './strict-json.ts';

export type { DType } from './dtype.ts';

/**
 * A reader of safetensors files: 8 bytes of header length (little endian), a JSON header, then the tensors' bytes.
 * It trusts nothing: every length is compared with what is there before anything is allocated, and the tensors
 * must tile the data exactly, as the format demands. Format: https://github.com/huggingface/safetensors.
 */

/** Where a tensor lies; offsets count from the start of the file. */
export interface TensorEntry {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/** All that a file says of itself before its data; enough to plan memory while the data still arrives. */
export interface SafetensorsHeader {
  readonly metadata: Readonly<Record<string, string>>;
  readonly entries: ReadonlyMap<string, TensorEntry>;
  /** First byte after the header. */
  readonly dataStart: number;
  /** Length of the whole file. */
  readonly fileBytes: number;
}

/** A tensor as stored; `bytes` is a view into the file (little endian, no copy, at any offset). */
export interface StoredTensor {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

/** Headers of real models are well under a megabyte (a 28-block network: 60 kB). */
const MAX_HEADER_BYTES = 8 * 1024 * 1024;
const LENGTH_BYTES = 8;
/** The header, a tensor's entry, its shape. */
const MAX_HEADER_DEPTH = 3;
/** Far above what a network has. */
const MOST_TENSORS = 65_536;
const MOST_DIMS = 8;

/**
 * The length of the prefix (length field and header) that parseHeader needs, from a file's first 8 bytes.
 * @throws ElitError weights-truncated, weights-malformed
 */
export function headerEnd(bytes: Uint8Array): number {
  if (bytes.byteLength < LENGTH_BYTES) {
    throw truncated(`The weights file is ${bytes.byteLength} bytes long, too short for its length field.`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, LENGTH_BYTES);
  const length = view.getUint32(0, true);
  if (view.getUint32(4, true) !== 0 || length > MAX_HEADER_BYTES) {
    throw malformed(`The weights file claims a header of more than ${MAX_HEADER_BYTES} bytes.`);
  }
  return LENGTH_BYTES + length;
}

/**
 * Reads the header from a file's first bytes; the data need not be there yet.
 * @throws ElitError weights-truncated when the header is cut off, weights-malformed when it makes no sense
 */
export function parseHeader(bytes: Uint8Array): SafetensorsHeader {
  const dataStart = headerEnd(bytes);
  if (bytes.byteLength < dataStart) {
    throw truncated(`The weights file ends at byte ${bytes.byteLength}, inside its header of ${dataStart} bytes.`);
  }
  const header = headerObject(bytes.subarray(LENGTH_BYTES, dataStart));
  const entries = new Map<string, TensorEntry>();
  const named = Object.entries(header);
  if (named.length > MOST_TENSORS) throw malformed(`The weights file has more than ${MOST_TENSORS} tensors.`);
  for (const [name, value] of named) {
    if (name !== '__metadata__') entries.set(name, parseEntry(name, value, dataStart));
  }
  const fileBytes = checkTiling(entries, dataStart);
  return { metadata: parseMetadata(header.__metadata__), entries, dataStart, fileBytes };
}

/** A whole safetensors file in memory. */
export class Safetensors {
  private constructor(
    readonly header: SafetensorsHeader,
    private readonly file: Uint8Array,
  ) {}

  /**
   * Checks the header against the bytes that are there; copies nothing.
   * @throws ElitError weights-truncated, weights-malformed
   */
  static parse(bytes: ArrayBuffer | Uint8Array): Safetensors {
    const file = bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes);
    const header = parseHeader(file);
    if (file.byteLength < header.fileBytes) {
      throw truncated(`The weights file has ${file.byteLength} of its ${header.fileBytes} bytes.`);
    }
    if (file.byteLength > header.fileBytes) {
      throw malformed(`The weights file has ${file.byteLength - header.fileBytes} bytes after its last tensor.`);
    }
    return new Safetensors(header, file);
  }

  get metadata(): Readonly<Record<string, string>> {
    return this.header.metadata;
  }

  names(): string[] {
    return [...this.header.entries.keys()];
  }

  has(name: string): boolean {
    return this.header.entries.has(name);
  }

  /** @throws ElitError weights-mismatch when there is no such tensor */
  tensor(name: string): StoredTensor {
    const entry = this.header.entries.get(name);
    if (entry === undefined) {
      throw new ElitError(
        'weights-mismatch',
        `The weights file has no tensor “${name}”.`,
        'Check that the weights and the configuration belong to the same model.',
      );
    }
    const { dtype, shape, begin, end } = entry;
    return { dtype, shape, bytes: this.file.subarray(begin, end) };
  }

  /** A fresh copy as float32: exact for F32, F16 and BF16, rounded to nearest for the others. */
  float32(name: string): Float32Array<ArrayBuffer> {
    const { dtype, bytes } = this.tensor(name);
    return toFloat32(dtype, bytes);
  }
}

function headerObject(bytes: Uint8Array): Record<string, unknown> {
  let header: unknown;
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    header = parseStrictJson(text, MAX_HEADER_DEPTH);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw malformed(`The header of the weights file cannot be read: ${reason}.`, cause);
  }
  if (!isRecord(header)) throw malformed('The header of the weights file is not a JSON object.');
  return header;
}

function parseEntry(name: string, value: unknown, dataStart: number): TensorEntry {
  if (name === '__proto__') throw malformed('The weights file has a tensor named “__proto__”, which is not allowed.');
  if (!isRecord(value)) throw malformed(`The header entry of tensor “${name}” is not an object.`);
  const { dtype, shape, data_offsets: offsets } = value;
  if (!isDType(dtype)) {
    const known = Object.keys(BYTES_OF).join(', ');
    throw malformed(`Tensor “${name}” has dtype ${JSON.stringify(dtype)}; this reader knows ${known}.`);
  }
  if (!isIntegerList(shape)) throw malformed(`The shape of tensor “${name}” is not a list of whole numbers.`);
  if (shape.length > MOST_DIMS) throw malformed(`Tensor “${name}” has more than ${MOST_DIMS} dimensions.`);
  if (!isIntegerList(offsets) || offsets.length !== 2 || offsets[0]! > offsets[1]!) {
    throw malformed(`The data offsets of tensor “${name}” are not a pair of rising whole numbers.`);
  }
  const [begin, end] = offsets as [number, number];
  const expected = byteSize(dtype, shape);
  if (expected !== end - begin) {
    const size = Number.isSafeInteger(expected) ? `${expected} bytes` : 'more bytes than can be addressed';
    throw malformed(
      `Tensor “${name}” (${dtype} [${shape.join(', ')}]) needs ${size}, but its offsets span ${end - begin}.`,
    );
  }
  return { dtype, shape, begin: dataStart + begin, end: dataStart + end };
}

/** Bytes of a tensor; Infinity once a product leaves the exact integers, even if a later 0 would hide it. */
function byteSize(dtype: DType, shape: readonly number[]): number {
  let size: number = BYTES_OF[dtype];
  for (const length of shape) {
    if (!Number.isSafeInteger(size * length)) return Infinity;
    size *= length;
  }
  return size;
}

/** The tensors must lie one behind the other from the start of the data, without gap or overlap. Returns the end. */
function checkTiling(entries: ReadonlyMap<string, TensorEntry>, dataStart: number): number {
  const inOrder = [...entries].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end);
  let end = dataStart;
  for (const [name, entry] of inOrder) {
    if (entry.begin < end) throw malformed(`Tensor “${name}” overlaps the tensor before it.`);
    if (entry.begin > end) throw malformed(`There are ${entry.begin - end} unused bytes before tensor “${name}”.`);
    end = entry.end;
  }
  return end;
}

function parseMetadata(value: unknown): Record<string, string> {
  const metadata: Record<string, string> = Object.create(null);
  if (value === undefined) return metadata;
  if (!isRecord(value)) throw malformed('The metadata of the weights file is not an object.');
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== 'string') throw malformed(`The metadata “${key}” of the weights file is not a string.`);
    if (key === '__proto__') throw malformed('The weights file has metadata named “__proto__”, which is not allowed.');
    metadata[key] = text;
  }
  return metadata;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isDType(value: unknown): value is DType {
  return typeof value === 'string' && Object.hasOwn(BYTES_OF, value);
}

function isIntegerList(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);
}

function truncated(message: string): ElitError {
  return new ElitError('weights-truncated', message, 'Load the file again; the download or copy was cut short.');
}

function malformed(message: string, cause?: unknown): ElitError {
  return new ElitError('weights-malformed', message, 'Use a file in safetensors format, unchanged since its export.', {
    cause,
  });
}
