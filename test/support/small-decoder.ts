import * as ops from '../reference/image-ops.ts';
import { normals } from './numbers.ts';
import { onnxFile, type TestNode, type TestTensor } from './onnx.ts';

/**
 * A decoder of awkward sizes in the two ways that exporters write one: 3 latents of 5 × 7 to RGBA of 30 × 42, with
 * channels that fill no vec4s, a residual on either side of its sum, a 1×1 convolution with one, squares of 2 and of 3.
 */
export const SMALL_LATENTS = { channels: 3, height: 5, width: 7 };
export const SMALL_IMAGE = { width: 42, height: 30 };

const EPSILON = 1e-5;

/** Builds a graph and, beside it, what the oracle makes of the same numbers. */
class Builder {
  readonly nodes: TestNode[] = [];
  readonly tensors: Record<string, TestTensor> = {};
  #numbers = 0;

  constructor(private readonly latents: ops.Planes) {}

  start(): Built {
    const [scale, shift] = [this.#values(3, 1), this.#values(3, 1)];
    const scaled = this.node('Mul', ['latents', this.tensor([1, 3, 1, 1], scale)]);
    const name = this.node('Add', [this.tensor([1, 3, 1, 1], shift), scaled]);
    return { name, planes: ops.affine(this.latents, scale, shift) };
  }

  /** With a bias when it is 3×3, without one otherwise. */
  convolution({ name, planes }: Built, outputs: number, size: 1 | 3): Built {
    const weight = this.#values(outputs * planes.channels * size ** 2, 1 / Math.sqrt(planes.channels * size ** 2));
    const bias = size === 3 ? this.#values(outputs, 1) : new Float32Array(outputs);
    const inputs = [name, this.tensor([outputs, planes.channels, size, size], weight)];
    if (size === 3) inputs.push(this.tensor([outputs], bias));
    const attributes = size === 3 ? { pads: [1, 1, 1, 1], strides: [1, 1] } : { kernel_shape: [1, 1], group: 1 };
    return { name: this.node('Conv', inputs, attributes), planes: ops.convolution(planes, weight, bias) };
  }

  normSilu({ name, planes }: Built, groups: number): Built {
    const [gamma, beta] = [this.#values(planes.channels, 1), this.#values(planes.channels, 1)];
    const flat = this.node('Reshape', [name, this.#constant({ dims: [3], values: [0, groups, -1] })]);
    const ones = this.tensor([groups], new Float32Array(groups).fill(1));
    const zeros = this.tensor([groups], new Float32Array(groups));
    const normal = this.node('InstanceNormalization', [flat, ones, zeros], { epsilon: { float: EPSILON } });
    const back = this.node('Reshape', [normal, this.node('Shape', [name])]);
    const scaled = this.node('Mul', [back, this.tensor([planes.channels, 1, 1], gamma)]);
    const x = this.node('Add', [scaled, this.tensor([planes.channels, 1, 1], beta)]);
    const silu = this.node('Mul', [this.node('Sigmoid', [x]), x]);
    return { name: silu, planes: ops.silu(ops.groupNorm(planes, { groups, epsilon: EPSILON, gamma, beta })) };
  }

  sum(left: Built, right: Built): Built {
    return { name: this.node('Add', [left.name, right.name]), planes: ops.add(left.planes, right.planes) };
  }

  shuffle({ name, planes }: Built, blocksize: number): Built {
    const shuffled = this.node('DepthToSpace', [name], { blocksize, mode: 'CRD' });
    return { name: shuffled, planes: ops.pixelShuffle(planes, blocksize) };
  }

  /** (x + 1) / 2, held to 0..1. */
  finish({ name, planes }: Built): Built {
    const raised = this.node('Add', [name, this.#constant({ dims: [], values: Float32Array.of(1) })]);
    const halved = this.node('Div', [raised, this.tensor([], Float32Array.of(2))]);
    const [low, high] = [this.tensor([], Float32Array.of(0)), this.tensor([], Float32Array.of(1))];
    this.nodes.push({ operator: 'Clip', inputs: [halved, low, high], output: 'image' });
    const data = planes.data.map((value) => Math.min(Math.max((value + 1) / 2, 0), 1));
    return { name: 'image', planes: { ...planes, data } };
  }

  tensor(dims: readonly number[], values: Float32Array): string {
    const name = `tensor ${Object.keys(this.tensors).length}`;
    this.tensors[name] = { dims, values };
    return name;
  }

  node(operator: string, inputs: readonly string[], attributes: TestNode['attributes'] = {}): string {
    const output = `${operator} ${this.nodes.length}`;
    this.nodes.push({ operator, inputs, output, attributes });
    return output;
  }

  #constant(value: TestTensor): string {
    return this.node('Constant', [], { value });
  }

  #values(count: number, spread: number): Float32Array {
    this.#numbers += 1;
    return Float32Array.from(normals(this.#numbers, 1, count, spread).data);
  }
}

interface Built {
  readonly name: string;
  readonly planes: ops.Planes;
}

/** The file, and the picture that it makes of latents. */
export function smallDecoder(latents: ops.Planes): { file: Uint8Array; image: ops.Planes } {
  const build = new Builder(latents);
  let x = build.convolution(build.start(), 14, 3);
  x = build.sum(x, build.convolution(build.normSilu(x, 2), 14, 3));
  x = build.sum(build.convolution(x, 14, 1), x);
  x = build.shuffle(build.convolution(x, 20, 1), 2);
  x = build.shuffle(build.convolution(build.normSilu(x, 5), 36, 3), 3);
  const { planes: image } = build.finish(x);
  return { file: onnxFile({ nodes: build.nodes, tensors: build.tensors }), image };
}
