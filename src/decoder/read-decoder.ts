import type { MapShape } from '../kernels/feature-map.ts';
import { Call, type Value } from './call.ts';
import { type Expression, sameShape, shapeText } from './expression.ts';
import { malformed, unsupported } from './failure.ts';
import { type OnnxNode, readOnnx } from './onnx.ts';
import { OPERATORS } from './operators.ts';

const INPUT = 'latents';
const OUTPUT = 'image';
/** Channels of all feature maps together; each may carry numbers of its own, which no byte of the file pays for. */
const MOST_CHANNELS = 2 ** 20;

/**
 * The decoder in an ONNX file as one expression: `latents` [1, C, h, w] -> `image` [1, 4, H, W], RGBA premultiplied.
 * @param latents the shape it will be given
 * @param image the shape it must make of that
 * @throws ElitError decoder-failed when the file is damaged, does not fit the shapes, or has a step our kernels lack
 */
export function readDecoder(file: Uint8Array, latents: MapShape, image: MapShape): Expression {
  const graph = readOnnx(file);
  for (const [names, name] of [
    [graph.inputs, INPUT],
    [graph.outputs, OUTPUT],
  ] as const) {
    if (!names.includes(name)) throw malformed(`The decoder has no “${name}”, but ${names.join(', ') || 'nothing'}.`);
  }
  const values = new Map<string, Value>([[INPUT, { kind: 'map', map: { ...latents, kind: 'latents' } }]]);
  for (const [name, tensor] of graph.tensors) define(values, name, { kind: 'tensor', tensor });
  let channels = 0;
  for (const node of graph.nodes) {
    const value = evaluate(node, values);
    define(values, node.outputs[0] ?? '', value);
    if (value.kind === 'map') channels += value.map.channels;
    if (channels > MOST_CHANNELS) throw unsupported(`The decoder has more than ${MOST_CHANNELS} channels in all.`);
  }
  const result = values.get(OUTPUT);
  if (result?.kind !== 'map') throw malformed(`Nothing in the decoder makes its “${OUTPUT}”.`);
  if (!sameShape(result.map, image)) {
    throw malformed(
      `The decoder makes ${shapeText(result.map)} of latents ${shapeText(latents)}; model.json says ${shapeText(image)}.`,
    );
  }
  return result.map;
}

/** What a node makes of the values before it. */
function evaluate(node: OnnxNode, values: ReadonlyMap<string, Value>): Value {
  const operator = OPERATORS.get(node.operator);
  if (operator === undefined) {
    throw unsupported(`Our kernels do not know the operator “${node.operator}” that the decoder uses.`);
  }
  const operands = node.inputs.map((name) => {
    const value = values.get(name);
    if (value === undefined && name !== '') throw malformed(`The decoder uses “${name}” before it is made.`);
    return value;
  });
  const call = new Call(node, operands);
  const value = operator(call);
  call.checkAttributes();
  if (node.outputs.length !== 1) throw call.unsupported(`with ${node.outputs.length} outputs`);
  return value;
}

function define(values: Map<string, Value>, name: string, value: Value): void {
  if (values.has(name)) throw malformed(`The decoder makes “${name}” twice.`);
  values.set(name, value);
}
