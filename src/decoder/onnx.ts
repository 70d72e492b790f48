import { malformed, unsupported } from './failure.ts';
import { bytesOf, type Field, fields, floatOf, integerOf, integersOf, textOf } from './protobuf.ts';

/**
 * The graph of an ONNX file: its nodes, their attributes, its stored tensors. A tensor's numbers stay views into the
 * file. Types, documentation and subgraphs are passed over.
 * Format: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto.
 */
export interface OnnxGraph {
  /** Names of the graph's inputs and outputs. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly nodes: readonly OnnxNode[];
  readonly tensors: ReadonlyMap<string, OnnxTensor>;
}

export interface OnnxNode {
  readonly operator: string;
  /** '' where an optional input is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, Attribute>;
}

export type Attribute = number | readonly number[] | string | OnnxTensor;

export interface OnnxTensor {
  readonly type: 'float32' | 'int64';
  readonly dims: readonly number[];
  /** Little endian, at any alignment; as long as the dimensions say. */
  readonly bytes: Uint8Array;
}

/** Far above what a decoder has. */
const MOST_NODES = 4096;
const MOST_TENSORS = 4096;
const MOST_DIMS = 8;
const MOST_NAMES = 64;
const MOST_INTEGERS = 64;

/** Field numbers of onnx.proto. */
const MODEL = { graph: 7 } as const;
const GRAPH = { node: 1, initializer: 5, input: 11, output: 12 } as const;
const NODE = { input: 1, output: 2, operator: 4, attribute: 5, domain: 7 } as const;
const ATTRIBUTE = { name: 1, float: 2, integer: 3, text: 4, tensor: 5, floats: 7, integers: 8 } as const;
const TENSOR = { dims: 1, type: 2, name: 8, raw: 9, external: 13, location: 14 } as const;
const VALUE = { name: 1 } as const;

const ELEMENT: ReadonlyMap<number, { type: OnnxTensor['type']; bytes: number }> = new Map([
  [1, { type: 'float32', bytes: 4 }],
  [7, { type: 'int64', bytes: 8 }],
]);

/** @throws ElitError decoder-failed when the file is cut short, is no ONNX, or stores tensors in a way not known here */
export function readOnnx(file: Uint8Array): OnnxGraph {
  const graphs = [...fields(file)].filter((field) => field.number === MODEL.graph);
  const [graph] = graphs;
  if (graph === undefined) throw malformed('The decoder’s file has no graph: it is no ONNX file.');
  const nodes: OnnxNode[] = [];
  const tensors = new Map<string, OnnxTensor>();
  const inputs: string[] = [];
  const outputs: string[] = [];
  for (const field of fields(bytesOf(graph))) {
    if (field.number === GRAPH.node) nodes.push(readNode(bytesOf(field)));
    if (field.number === GRAPH.input) inputs.push(readName(bytesOf(field)));
    if (field.number === GRAPH.output) outputs.push(readName(bytesOf(field)));
    if (field.number === GRAPH.initializer) {
      const { name, tensor } = readTensor(bytesOf(field));
      if (tensors.has(name)) throw malformed(`The decoder has two tensors called “${name}”.`);
      tensors.set(name, tensor);
    }
    if (inputs.length + outputs.length > MOST_NAMES) throw malformed('The decoder has too many inputs and outputs.');
    if (nodes.length > MOST_NODES) throw malformed(`The decoder has more than ${MOST_NODES} nodes.`);
    if (tensors.size > MOST_TENSORS) throw malformed(`The decoder has more than ${MOST_TENSORS} tensors.`);
  }
  return { inputs, outputs, nodes, tensors };
}

/** One copy for a tensor, however many nodes use it: a small file could ask for thousands of copies of a large one. */
const COPIES = new WeakMap<OnnxTensor, Float32Array<ArrayBuffer>>();

/** A copy of a tensor's numbers, to be read only. @throws ElitError decoder-failed when they are no float32 */
export function float32Values(tensor: OnnxTensor): Float32Array<ArrayBuffer> {
  if (tensor.type !== 'float32') throw malformed(`A tensor of the decoder should be float32, but is ${tensor.type}.`);
  const values = COPIES.get(tensor) ?? new Float32Array(new Uint8Array(tensor.bytes).buffer); // the copy is aligned
  COPIES.set(tensor, values);
  return values;
}

/** A tensor's few whole numbers. @throws ElitError decoder-failed when they are none, or many */
export function integerValues({ type, dims, bytes }: OnnxTensor): number[] {
  if (type !== 'int64') throw malformed(`A tensor of the decoder should be int64, but is ${type}.`);
  if (bytes.length > 8 * MOST_INTEGERS) throw malformed(`A tensor [${dims.join(', ')}] of the decoder is no shape.`);
  return Array.from(new BigInt64Array(new Uint8Array(bytes).buffer), Number);
}

function readNode(bytes: Uint8Array): OnnxNode {
  let operator = '';
  let domain = '';
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes = new Map<string, Attribute>();
  for (const field of fields(bytes)) {
    if (field.number === NODE.operator) operator = textOf(field);
    if (field.number === NODE.domain) domain = textOf(field);
    if (field.number === NODE.input) inputs.push(textOf(field));
    if (field.number === NODE.output) outputs.push(textOf(field));
    if (field.number === NODE.attribute) {
      const { name, value } = readAttribute(bytesOf(field));
      attributes.set(name, value);
    }
    if (Math.max(inputs.length, outputs.length, attributes.size) > MOST_NAMES) {
      throw malformed(`A node of the decoder has more than ${MOST_NAMES} inputs, outputs or attributes.`);
    }
  }
  const standard = domain === '' || domain === 'ai.onnx';
  return { operator: standard ? operator : `${domain}.${operator}`, inputs, outputs, attributes };
}

function readAttribute(bytes: Uint8Array): { name: string; value: Attribute } {
  let name = '';
  let value: Attribute | undefined;
  const integers: number[] = [];
  for (const field of fields(bytes)) {
    if (field.number === ATTRIBUTE.name) name = textOf(field);
    if (field.number === ATTRIBUTE.float) value = floatOf(field);
    if (field.number === ATTRIBUTE.integer) value = integerOf(field);
    if (field.number === ATTRIBUTE.text) value = textOf(field);
    if (field.number === ATTRIBUTE.tensor) value = readTensor(bytesOf(field)).tensor;
    if (field.number === ATTRIBUTE.integers) {
      integers.push(...integersOf(field, MOST_INTEGERS));
      if (integers.length > MOST_INTEGERS) throw malformed(`“${name}” has more than ${MOST_INTEGERS} numbers.`);
      value = integers;
    }
  }
  if (value === undefined) throw unsupported(`The attribute “${name}” of the decoder is of a kind not known here.`);
  return { name, value };
}

function readTensor(bytes: Uint8Array): { name: string; tensor: OnnxTensor } {
  let name = '';
  let element: number | undefined;
  let raw: Uint8Array = new Uint8Array();
  let external = false;
  const dims: number[] = [];
  for (const field of fields(bytes)) {
    if (field.number === TENSOR.name) name = textOf(field);
    if (field.number === TENSOR.type) element = integerOf(field);
    if (field.number === TENSOR.raw) raw = bytesOf(field);
    if (field.number === TENSOR.dims) dims.push(...dimensions(field));
    if (field.number === TENSOR.external || field.number === TENSOR.location) external = true;
    if (dims.length > MOST_DIMS) throw malformed(`The tensor “${name}” has more than ${MOST_DIMS} dimensions.`);
  }
  const format = ELEMENT.get(element ?? 0);
  if (external) throw unsupported(`The decoder keeps the tensor “${name}” in another file.`);
  if (format === undefined) throw unsupported(`The decoder’s tensor “${name}” is of ONNX type ${element}.`);
  checkLength(name, dims, format.bytes, raw.length);
  return { name, tensor: { type: format.type, dims, bytes: raw } };
}

function dimensions(field: Field): number[] {
  const dims = integersOf(field, MOST_DIMS);
  if (dims.some((length) => length < 0)) throw malformed('A tensor of the decoder has a negative dimension.');
  return dims;
}

function checkLength(name: string, dims: readonly number[], elementBytes: number, there: number): void {
  const needed = dims.reduce((product, length) => product * length, elementBytes);
  if (needed === there) return;
  throw malformed(
    `The decoder’s tensor “${name}” [${dims.join(', ')}] needs ${needed} bytes, but has ${there} of raw data.`,
  );
}

function readName(bytes: Uint8Array): string {
  const field = [...fields(bytes)].find(({ number }) => number === VALUE.name);
  return field === undefined ? '' : textOf(field);
}
