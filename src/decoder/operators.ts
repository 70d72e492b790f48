import { type Call, type NormalGroups, show, type Value } from './call.ts';
import { affine, type Expression, type GroupNorm, sameShape, shapeOf } from './expression.ts';
import { float32Values, integerValues } from './onnx.ts';

/**
 * The ONNX operators that decoders are made of, each from its operands to what it stands for. Group norm is written
 * in ONNX as Reshape to groups, InstanceNormalization, Reshape back, Mul and Add; SiLU as x · Sigmoid(x).
 * Operators: https://onnx.ai/onnx/operators. Each throws ElitError decoder-failed for a form that our kernels lack.
 */
export const OPERATORS: ReadonlyMap<string, (call: Call) => Value> = new Map([
  ['Constant', constant],
  ['Shape', shape],
  ['Reshape', reshape],
  ['InstanceNormalization', instanceNorm],
  ['Mul', multiply],
  ['Add', addition],
  ['Div', divide],
  ['Sigmoid', sigmoid],
  ['Conv', convolution],
  ['DepthToSpace', depthToSpace],
  ['Clip', clip],
]);

const map = (expression: Expression): Value => ({ kind: 'map', map: expression });

function constant(call: Call): Value {
  const value = call.attribute('value');
  if (typeof value !== 'object' || !('dims' in value)) throw call.unsupported('without a tensor');
  return { kind: 'tensor', tensor: value };
}

function shape(call: Call): Value {
  return { kind: 'shape', of: call.map(0) };
}

function reshape(call: Call): Value {
  call.expect('allowzero', 0);
  const from = call.operand(0);
  const target = call.operand(1);
  if (from?.kind === 'normal groups' && target?.kind === 'shape' && sameShape(from.of, target.of)) {
    return map(plainGroupNorm(from));
  }
  if (from?.kind === 'map' && target?.kind === 'tensor') {
    const [batch, groups = 0, rest, ...more] = integerValues(target.tensor);
    const grouped = batch === 0 && rest === -1 && more.length === 0 && groups > 0;
    if (grouped && from.map.channels % groups === 0) return { kind: 'groups', of: from.map, groups };
  }
  throw call.unsupported('other than to groups of channels and back');
}

function instanceNorm(call: Call): Value {
  const from = call.operand(0);
  if (from?.kind !== 'groups') throw call.unsupported('other than on groups of channels');
  const all = (index: number, value: number) => call.vector(index, from.groups).every((entry) => entry === value);
  if (!all(1, 1) || !all(2, 0)) throw call.unsupported('with a scale and bias a group');
  return { ...from, kind: 'normal groups', epsilon: call.setting('epsilon', 1e-5) };
}

/** Without weights; a Mul and an Add that follow become part of it. */
function plainGroupNorm({ of, groups, epsilon }: NormalGroups): GroupNorm {
  const scale = new Float64Array(of.channels).fill(1);
  return { ...shapeOf(of), kind: 'group norm', of, groups, epsilon, scale, shift: new Float64Array(of.channels) };
}

function multiply(call: Call): Value {
  const [left, right] = [call.operand(0), call.operand(1)];
  if (left?.kind === 'map' && right?.kind === 'map') {
    for (const [x, gate] of [
      [left.map, right.map],
      [right.map, left.map],
    ] as const) {
      if (gate.kind === 'sigmoid' && gate.of === x) return map({ ...shapeOf(x), kind: 'silu', of: x });
    }
    throw call.unsupported('of two feature maps');
  }
  const [x, factor] = mapAndTensor(call);
  return map(affine(x, factor, new Float64Array(x.channels)));
}

function addition(call: Call): Value {
  const [left, right] = [call.operand(0), call.operand(1)];
  if (left?.kind === 'map' && right?.kind === 'map') {
    if (!sameShape(left.map, right.map)) throw call.misfit(left.map, right.map);
    return map({ ...shapeOf(left.map), kind: 'sum', left: left.map, right: right.map });
  }
  const [x, term] = mapAndTensor(call);
  return map(affine(x, new Float64Array(x.channels).fill(1), term));
}

function divide(call: Call): Value {
  const x = call.map(0);
  const divisor = call.perChannel(1, x);
  return map(
    affine(
      x,
      divisor.map((value) => 1 / value),
      new Float64Array(x.channels),
    ),
  );
}

/** A feature map and one number a channel, in either order. */
function mapAndTensor(call: Call): [Expression, Float64Array] {
  const first = call.operand(0)?.kind === 'map' ? 0 : 1;
  const x = call.map(first);
  return [x, call.perChannel(1 - first, x)];
}

function sigmoid(call: Call): Value {
  const of = call.map(0);
  return map({ ...shapeOf(of), kind: 'sigmoid', of });
}

function convolution(call: Call): Value {
  const of = call.map(0);
  const weight = call.tensor(1);
  const [channels = 0, inputs, size, other] = weight.dims;
  if (weight.dims.length !== 4 || channels === 0) throw call.malformed('its kernel should have four dimensions');
  if (inputs !== of.channels) throw call.malformed(`its kernel takes ${inputs} channels, but gets ${of.channels}`);
  if ((size !== 1 && size !== 3) || other !== size) throw call.unsupported(`of ${size} × ${other}`);
  const padding = (size - 1) / 2;
  call.expect('kernel_shape', [size, size]);
  call.expect('strides', [1, 1]);
  call.expect('dilations', [1, 1]);
  call.expect('group', 1);
  call.expect('auto_pad', 'NOTSET');
  const pads = call.attribute('pads') ?? [0, 0, 0, 0];
  if (show(pads) !== show(Array(4).fill(padding)))
    throw call.unsupported(`of ${size} × ${size} with pads ${show(pads)}`);
  const bias = call.operand(2) === undefined ? new Float32Array(channels) : call.vector(2, channels);
  return map({ ...shapeOf(of), channels, kind: 'convolution', of, size, weight: float32Values(weight), bias });
}

function depthToSpace(call: Call): Value {
  const of = call.map(0);
  const block = call.setting('blocksize', 0);
  const mode = call.attribute('mode') ?? 'DCR';
  if (mode !== 'CRD') throw call.unsupported(`in ${show(mode)} order`);
  if (block < 1 || of.channels % block ** 2 !== 0) {
    throw call.malformed(`${of.channels} channels make no squares of ${block} × ${block}`);
  }
  const { height, width } = of;
  const channels = of.channels / block ** 2;
  return map({ kind: 'pixel shuffle', of, block, channels, height: height * block, width: width * block });
}

function clip(call: Call): Value {
  const of = call.map(0);
  const low = call.number(1, Number.NEGATIVE_INFINITY);
  const high = call.number(2, Number.POSITIVE_INFINITY);
  return map({ ...shapeOf(of), kind: 'clip', of, low, high });
}
