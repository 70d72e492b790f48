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
  readonly inputs?: readonly string[];
  readonly outputs?: readonly string[];
}

export function onnxFile({ nodes, tensors = {}, inputs = ['latents'], outputs = ['image'] }: TestGraph): Uint8Array {
  const graph = message(
    ...nodes.map((node) => bytes(1, writeNode(node))),
    ...Object.entries(tensors).map(([name, tensor]) => bytes(5, writeTensor(tensor, name))),
    ...inputs.map((name) => bytes(11, text(1, name))),
    ...outputs.map((name) => bytes(12, text(1, name))),
  );
  return message(varint(1, 8), bytes(7, graph));
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
  if (typeof value === 'number') return varint(3, value);
  if (typeof value === 'string') return text(4, value);
  if ('dims' in value) return bytes(5, writeTensor(value));
  if ('float' in value) return message(number(2 * 8 + 5), new Uint8Array(Float32Array.of(value.float).buffer));
  return message(...value.map((integer) => varint(8, integer)));
}

/** A varint; negative numbers as 64 bits of two's complement. */
function number(value: number): Uint8Array {
  const out: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    out.push(rest > 0n ? low + 0x80 : low);
  } while (rest > 0n);
  return Uint8Array.from(out);
}
