import { Message } from './protobuf.ts';

/*
 * The part of the ONNX file format that our graphs use. Field numbers are those of onnx.proto3
 * (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3).
 */

/** Element types by their numbers in TensorProto.DataType. */
export const ELEMENT_TYPES = { F32: 1, I64: 7, F16: 10, BF16: 16 } as const;
export type ElementType = keyof typeof ELEMENT_TYPES;

export type AttributeValue = number | string | readonly number[] | { readonly float: number };

export interface NodeProto {
  readonly type: string;
  /** '' for ONNX's own operators. */
  readonly domain: string;
  readonly name: string;
  /** An input left out is ''. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Whole numbers and lists of them, texts, and `{ float }`. */
  readonly attributes: Readonly<Record<string, AttributeValue>>;
}

export interface TensorProto {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
  /** The values themselves (little endian), or where they lie in a file beside the model. */
  readonly data: Uint8Array | { readonly file: string; readonly offset: number; readonly length: number };
}

/** An input or output of the graph; a named dimension is known only when the graph runs. */
export interface ValueProto {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly (number | string)[];
}

export interface GraphProto {
  readonly name: string;
  readonly nodes: readonly NodeProto[];
  readonly initializers: readonly TensorProto[];
  readonly inputs: readonly ValueProto[];
  readonly outputs: readonly ValueProto[];
}

/** IR version 8 came with opset 17, whose operators (LayerNormalization the youngest) all of our graphs are made of. */
const IR_VERSION = 8;
const OPSETS = { '': 17, 'com.microsoft': 1 } as const;
const STORED_ELSEWHERE = 1;
const ATTRIBUTE_TYPES = { float: 1, int: 2, string: 3, ints: 7 } as const;

/** The bytes of an `.onnx` file. */
export function encodeModel(graph: GraphProto): Uint8Array<ArrayBuffer> {
  const model = new Message().int(1, IR_VERSION).text(2, 'elit-web').message(7, graphMessage(graph));
  for (const [domain, version] of Object.entries(OPSETS)) {
    model.message(8, new Message().text(1, domain).int(2, version));
  }
  return model.finish();
}

function graphMessage({ name, nodes, initializers, inputs, outputs }: GraphProto): Message {
  const graph = new Message();
  for (const node of nodes) graph.message(1, nodeMessage(node));
  graph.text(2, name);
  for (const tensor of initializers) graph.message(5, tensorMessage(tensor));
  for (const value of inputs) graph.message(11, valueMessage(value));
  for (const value of outputs) graph.message(12, valueMessage(value));
  return graph;
}

function nodeMessage({ type, domain, name, inputs, outputs, attributes }: NodeProto): Message {
  const node = new Message();
  for (const input of inputs) node.text(1, input);
  for (const output of outputs) node.text(2, output);
  node.text(3, name).text(4, type);
  for (const [key, value] of Object.entries(attributes)) node.message(5, attributeMessage(key, value));
  return domain === '' ? node : node.text(7, domain);
}

function attributeMessage(name: string, value: AttributeValue): Message {
  const attribute = new Message().text(1, name);
  if (typeof value === 'number') return attribute.int(3, value).int(20, ATTRIBUTE_TYPES.int);
  if (typeof value === 'string') return attribute.text(4, value).int(20, ATTRIBUTE_TYPES.string);
  if ('float' in value) return attribute.float(2, value.float).int(20, ATTRIBUTE_TYPES.float);
  for (const item of value) attribute.int(8, item);
  return attribute.int(20, ATTRIBUTE_TYPES.ints);
}

function tensorMessage({ name, type, shape, data }: TensorProto): Message {
  const tensor = new Message();
  for (const length of shape) tensor.int(1, length);
  tensor.int(2, ELEMENT_TYPES[type]).text(8, name);
  if (data instanceof Uint8Array) return tensor.bytes(9, data);
  const entries = { location: data.file, offset: String(data.offset), length: String(data.length) };
  for (const [key, value] of Object.entries(entries)) tensor.message(13, new Message().text(1, key).text(2, value));
  return tensor.int(14, STORED_ELSEWHERE);
}

function valueMessage({ name, type, shape }: ValueProto): Message {
  const dimensions = new Message();
  for (const length of shape) {
    const dimension = new Message();
    dimensions.message(1, typeof length === 'number' ? dimension.int(1, length) : dimension.text(2, length));
  }
  const tensorType = new Message().int(1, ELEMENT_TYPES[type]).message(2, dimensions);
  return new Message().text(1, name).message(2, new Message().message(1, tensorType));
}
