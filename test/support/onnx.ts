import { bytesOf, type Field, fields, textOf } from '../../src/decoder/protobuf.ts';

/** Writes ONNX files by hand, sound ones and others: protocol buffers, field by field. */

export interface TestTensor {
  readonly dims: readonly number[];
  /** Whole numbers make int64, Float32Array float32. */
  readonly values: Float32Array | readonly number[];
}

export interface TestNode {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes?: Readonly<Record<string, number | string | readonly number[] | TestTensor | { float: number }>>;
  readonly domain?: string;
}

export interface TestGraph {
  readonly nodes: readonly TestNode[];
  readonly tensors?: Readonly<Record<string, TestTensor>>;
  /** Names, or names with their dimensions (a text stands for any length): a runtime wants to know. */
  readonly inputs?: readonly (string | TestValue)[];
  readonly outputs?: readonly (string | TestValue)[];
}

export interface TestValue {
  readonly name: string;
  readonly dims: readonly (number | string)[];
  /** float32 where it is not said. */
  readonly type?: 'int32';
}

/** Of the operators, as onnxruntime is to read them. */
const OPSET = 17;

export function onnxFile({ nodes, tensors = {}, inputs = ['latents'], outputs = ['image'] }: TestGraph): Uint8Array {
  const graph = message(
    ...nodes.map((node) => bytes(1, writeNode(node))),
    text(2, 'test'),
    ...Object.entries(tensors).map(([name, tensor]) => bytes(5, writeTensor(tensor, name))),
    ...inputs.map((value) => bytes(11, writeValue(value))),
    ...outputs.map((value) => bytes(12, writeValue(value))),
  );
  return message(varint(1, 8), bytes(8, varint(2, OPSET)), bytes(7, graph));
}

/** A name, and its type when it has dimensions. */
function writeValue(value: string | TestValue): Uint8Array {
  if (typeof value === 'string') return text(1, value);
  const dims = value.dims.map((length) => bytes(1, typeof length === 'string' ? text(2, length) : varint(1, length)));
  const tensor = message(varint(1, value.type === 'int32' ? 6 : 1), bytes(2, message(...dims)));
  return message(text(1, value.name), bytes(2, bytes(1, tensor)));
}

/** The file with an Identity node between `input` and all that read it. */
export function withIdentity(file: Uint8Array, input: string): Uint8Array {
  const renamed = `${input.slice(0, -1)}_`; // as long, so that no length changes
  const identity = writeNode({ operator: 'Identity', inputs: [input], output: renamed });
  const parts = [...fields(file)].map((field) => {
    if (field.number !== 7) return raw(field);
    const nodes = [...fields(bytesOf(field))].map((part) => (part.number === 1 ? rename(part, input, renamed) : part));
    return bytes(7, message(bytes(1, identity), ...nodes.map(raw)));
  });
  return message(...parts);
}

/** A node that reads `renamed` where it read `input`. */
function rename(node: Field, input: string, renamed: string): Field {
  const parts = [...fields(bytesOf(node))].map((part) =>
    part.number === 1 && textOf(part) === input ? text(1, renamed) : raw(part),
  );
  return { number: node.number, kind: 'bytes', bytes: message(...parts) };
}

function raw(field: Field): Uint8Array {
  if (field.kind === 'bytes') return bytes(field.number, field.bytes);
  if (field.kind === 'varint') return message(number(field.number * 8), number(field.value));
  return message(number(field.number * 8 + (field.bytes.length === 4 ? 5 : 1)), field.bytes);
}

/** Fields one behind the other. */
export function message(...parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** A field of bytes; `claimed` is the length that it says. */
export function bytes(field: number, content: Uint8Array, claimed = content.length): Uint8Array {
  return message(number(field * 8 + 2), number(claimed), content);
}

export function text(field: number, content: string): Uint8Array {
  return bytes(field, new TextEncoder().encode(content));
}

export function varint(field: number, value: number): Uint8Array {
  return message(number(field * 8), number(value));
}

/** A float32 tensor whose numbers nobody looks at. */
export function anyFloats(...dims: number[]): TestTensor {
  const count = dims.reduce((product, length) => product * length, 1);
  return { dims, values: Float32Array.from({ length: count }, (_, i) => Math.sin(i + 1)) };
}

export function writeTensor({ dims, values }: TestTensor, name = ''): Uint8Array {
  const float = values instanceof Float32Array;
  const raw = new Uint8Array((float ? Float32Array.from(values) : BigInt64Array.from(values, BigInt)).buffer);
  return message(...dims.map((length) => varint(1, length)), varint(2, float ? 1 : 7), text(8, name), bytes(9, raw));
}

function writeNode({ operator, inputs, output, attributes = {}, domain }: TestNode): Uint8Array {
  return message(
    ...inputs.map((name) => text(1, name)),
    text(2, output),
    text(4, operator),
    ...(domain === undefined ? [] : [text(7, domain)]),
    ...Object.entries(attributes).map(([name, value]) => bytes(5, message(text(1, name), attributeValue(value)))),
  );
}

function attributeValue(value: NonNullable<TestNode['attributes']>[string]): Uint8Array {
  const typed = (type: number, ...parts: Uint8Array[]) => message(...parts, varint(20, type));
  if (typeof value === 'number') return typed(2, varint(3, value));
  if (typeof value === 'string') return typed(3, text(4, value));
  if ('dims' in value) return typed(4, bytes(5, writeTensor(value)));
  if ('float' in value) return typed(1, number(2 * 8 + 5), new Uint8Array(Float32Array.of(value.float).buffer));
  return typed(7, ...value.map((integer) => varint(8, integer)));
}

/** A varint; negative numbers as 64 bits of two's complement. */
function number(value: number | bigint): Uint8Array {
  const out: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    out.push(rest > 0n ? low + 0x80 : low);
  } while (rest > 0n);
  return Uint8Array.from(out);
}
