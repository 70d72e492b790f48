import type { SafetensorsHeader } from '../../../model/safetensors.ts';
import { weightEntry } from '../weight-entry.ts';
import {
  type AttributeValue,
  type ElementType,
  encodeModel,
  type NodeProto,
  type TensorProto,
  type ValueProto,
} from './model-proto.ts';

/** What the graph calls one of its tensors. */
export type Value = string & { readonly __value: unique symbol };

/** What the graphs call the weights file; the runtime is given its bytes under this name. */
export const WEIGHTS_FILE = 'elit.safetensors';

/** What a graph computes in, and the number that ONNX has for it. */
const ELEMENT_TYPE = { F32: 1, F16: 10 } as const;
export type Precision = keyof typeof ELEMENT_TYPE;

type Attributes = Readonly<Record<string, AttributeValue>>;

/**
 * Puts an ONNX graph together, node after node. It holds no weights: each is named by its place in the safetensors
 * file, and what is stored in another precision than the graph's is cast by a node that the runtime runs once, at load.
 */
export class GraphBuilder {
  readonly #name: string;
  readonly #header: SafetensorsHeader;
  readonly #precision: Precision;
  readonly #nodes: NodeProto[] = [];
  readonly #initializers: TensorProto[] = [];
  readonly #inputs: ValueProto[] = [];
  readonly #outputs: ValueProto[] = [];

  /** @param precision what it computes in; its inputs and outputs are float32 all the same */
  constructor(name: string, header: SafetensorsHeader, precision: Precision = 'F32') {
    this.#name = name;
    this.#header = header;
    this.#precision = precision;
  }

  input(name: string, type: ElementType, shape: readonly (number | string)[]): Value {
    this.#inputs.push({ name, type, shape });
    return name as Value;
  }

  output(name: string, value: Value, shape: readonly (number | string)[]): void {
    this.#nodes.push({ type: 'Identity', domain: '', name, inputs: [value], outputs: [name], attributes: {} });
    this.#outputs.push({ name, type: 'F32', shape });
  }

  /** A node with one output. */
  op(type: string, inputs: readonly Value[], attributes: Attributes = {}): Value {
    return this.#node('', type, inputs, 1, attributes)[0]!;
  }

  /** A node of onnxruntime's own operators, with one output. */
  fused(type: string, inputs: readonly Value[], attributes: Attributes = {}): Value {
    return this.#node('com.microsoft', type, inputs, 1, attributes)[0]!;
  }

  /** `count` equal parts along `axis`. */
  split(value: Value, count: number, axis: number): Value[] {
    return this.#node('', 'Split', [value], count, { axis });
  }

  /** Whole numbers as a constant. */
  ints(values: readonly number[], shape: readonly number[] = [values.length]): Value {
    const data = new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
    return this.#initializer({ name: `constant ${this.#initializers.length}`, type: 'I64', shape, data });
  }

  /** Numbers as a constant. */
  floats(values: readonly number[], shape: readonly number[] = [values.length]): Value {
    const data = new Uint8Array(Float32Array.from(values).buffer);
    return this.enter(this.#initializer({ name: `constant ${this.#initializers.length}`, type: 'F32', shape, data }));
  }

  /** A float32 input as what the graph computes in. */
  enter(value: Value): Value {
    return this.#precision === 'F32' ? value : this.op('Cast', [value], { to: ELEMENT_TYPE[this.#precision] });
  }

  /** A result as float32. */
  leave(value: Value): Value {
    return this.#precision === 'F32' ? value : this.op('Cast', [value], { to: ELEMENT_TYPE.F32 });
  }

  /** `value` in another shape: 0 keeps a length, -1 is what remains. */
  reshape(value: Value, shape: readonly number[]): Value {
    return this.op('Reshape', [value, this.ints(shape)]);
  }

  /**
   * A tensor of the weights file, as what the graph computes in; to be asked for once.
   * @throws ElitError weights-mismatch when it is missing or has another shape or an unusual type
   */
  weight(name: string, shape: readonly number[]): Value {
    const { dtype, begin, end } = weightEntry(this.#header, name, shape);
    const data = { file: WEIGHTS_FILE, offset: begin, length: end - begin };
    const stored = this.#initializer({ name, type: dtype, shape, data });
    return dtype === this.#precision ? stored : this.op('Cast', [stored], { to: ELEMENT_TYPE[this.#precision] });
  }

  /** The `.onnx` file. */
  encode(): Uint8Array<ArrayBuffer> {
    return encodeModel({
      name: this.#name,
      nodes: this.#nodes,
      initializers: this.#initializers,
      inputs: this.#inputs,
      outputs: this.#outputs,
    });
  }

  #node(domain: string, type: string, inputs: readonly Value[], outputs: number, attributes: Attributes): Value[] {
    const name = `${type} ${this.#nodes.length}`;
    const values = Array.from({ length: outputs }, (_, i) => (outputs === 1 ? name : `${name}.${i}`) as Value);
    this.#nodes.push({ type, domain, name, inputs, outputs: values, attributes });
    return values;
  }

  #initializer(tensor: TensorProto): Value {
    this.#initializers.push(tensor);
    return tensor.name as Value;
  }
}
