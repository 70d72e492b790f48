import type { MapShape } from '../kernels/feature-map.ts';
import { type Expression, shapeText } from './expression.ts';
import { malformed, unsupported } from './failure.ts';
import { type Attribute, float32Values, type OnnxNode, type OnnxTensor } from './onnx.ts';

/** What a name in the graph stands for. Shapes and groups are steps of a group norm that is spelled out. */
export type Value =
  | { readonly kind: 'map'; readonly map: Expression }
  | { readonly kind: 'tensor'; readonly tensor: OnnxTensor }
  | { readonly kind: 'shape'; readonly of: Expression }
  | Groups
  | NormalGroups;

/** [1, groups, all the rest] */
export interface Groups {
  readonly kind: 'groups';
  readonly of: Expression;
  readonly groups: number;
}

/** The same with every group normalised. */
export interface NormalGroups {
  readonly kind: 'normal groups';
  readonly of: Expression;
  readonly groups: number;
  readonly epsilon: number;
}

/** One node with its operands at hand. It remembers which attributes were asked for: one that nobody knows is an error. */
export class Call {
  readonly operator: string;
  readonly #node: OnnxNode;
  readonly #operands: readonly (Value | undefined)[];
  readonly #asked = new Set<string>();

  constructor(node: OnnxNode, operands: readonly (Value | undefined)[]) {
    this.operator = node.operator;
    this.#node = node;
    this.#operands = operands;
  }

  /** Operand `index`; undefined where it is left out. */
  operand(index: number): Value | undefined {
    return this.#operands[index];
  }

  map(index: number): Expression {
    const value = this.#operands[index];
    if (value?.kind === 'map') return value.map;
    throw this.unsupported(`of ${value?.kind ?? 'nothing'} as input ${index}`);
  }

  tensor(index: number): OnnxTensor {
    const value = this.#operands[index];
    if (value?.kind === 'tensor') return value.tensor;
    throw this.unsupported(`whose input ${index} is not stored in the file`);
  }

  /** A stored number; `none` where the operand is left out. */
  number(index: number, none: number): number {
    if (this.#operands[index] === undefined) return none;
    const values = float32Values(this.tensor(index));
    const [value] = values;
    if (value === undefined || values.length > 1) throw this.malformed(`input ${index} should be one number`);
    return value;
  }

  /** One number a channel of a stored tensor, which holds one for all, or [C, 1, 1]. */
  perChannel(index: number, { channels }: MapShape): Float64Array {
    const tensor = this.tensor(index);
    const values = float32Values(tensor);
    const place = tensor.dims.length - 3;
    const alone = tensor.dims.every((length, dim) => length === 1 || dim === place);
    if (alone && values.length === 1) return new Float64Array(channels).fill(values[0] ?? Number.NaN);
    if (alone && values.length === channels) return Float64Array.from(values);
    throw this.unsupported(`with a tensor [${tensor.dims.join(', ')}] on ${channels} channels`);
  }

  /** [channels] numbers. */
  vector(index: number, channels: number): Float32Array<ArrayBuffer> {
    const values = float32Values(this.tensor(index));
    if (values.length === channels) return values;
    throw this.malformed(`input ${index} should be ${channels} numbers, not ${values.length}`);
  }

  /** A numeric attribute. */
  setting(name: string, none: number): number {
    const value = this.attribute(name) ?? none;
    if (typeof value === 'number') return value;
    throw this.malformed(`its “${name}” should be a number`);
  }

  /** Holds an attribute to the only value our kernels know. */
  expect(name: string, expected: Attribute): void {
    const value = this.attribute(name);
    if (value === undefined || show(value) === show(expected)) return;
    throw this.unsupported(`with ${name} ${show(value)}`);
  }

  attribute(name: string): Attribute | undefined {
    this.#asked.add(name);
    return this.#node.attributes.get(name);
  }

  /** @throws ElitError decoder-failed when the node has attributes that were never asked for */
  checkAttributes(): void {
    for (const name of this.#node.attributes.keys()) {
      if (!this.#asked.has(name)) throw this.unsupported(`with ${name}`);
    }
  }

  unsupported(how: string): Error {
    return unsupported(`Our kernels have no ${this.operator} ${how} (node ${this.#name}).`);
  }

  malformed(what: string): Error {
    return malformed(`The decoder’s ${this.operator} (node ${this.#name}) is not right: ${what}.`);
  }

  /** A misfit of two shapes. */
  misfit(left: MapShape, right: MapShape): Error {
    return this.malformed(`${shapeText(left)} and ${shapeText(right)} do not go together`);
  }

  get #name(): string {
    return `“${this.#node.outputs[0] ?? ''}”`;
  }
}

/** An attribute as text. */
export function show(value: Attribute): string {
  return typeof value === 'object' && 'dims' in value ? `a tensor [${value.dims.join(', ')}]` : JSON.stringify(value);
}
