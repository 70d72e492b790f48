import type { NetworkConfig } from '../../model/config.ts';
import type { GraphBuilder, Value } from './onnx/graph-builder.ts';

/** Layers that several parts of the network share, as nodes of a graph. Tokens are [B, L, D]. */

/** What adaLN does to tokens: each [B, 1, D]; `scale` has its 1 added. */
export interface Modulation {
  readonly shift: Value;
  readonly scale: Value;
  readonly gate: Value;
}

const LAYER_NORM_EPSILON = 1e-6;
const RMS_EPSILON = 1e-5;

/** x·Wᵀ + b with `name`.weight [outputs, inputs] and, but where there is none, `name`.bias [outputs]. */
export function linear(
  g: GraphBuilder,
  x: Value,
  name: string,
  [inputs, outputs]: readonly [number, number],
  { bias = true }: { bias?: boolean } = {},
): Value {
  const weight = g.op('Transpose', [g.weight(`${name}.weight`, [outputs, inputs])], { perm: [1, 0] });
  const product = g.op('MatMul', [x, weight]);
  return bias ? g.op('Add', [product, g.weight(`${name}.bias`, [outputs])]) : product;
}

/** LN(x)·scale + shift; LN has no weights of its own. */
export function modulatedNorm(
  g: GraphBuilder,
  config: NetworkConfig,
  x: Value,
  { shift, scale }: Pick<Modulation, 'shift' | 'scale'>,
): Value {
  const ones = g.floats(new Array<number>(config.hidden).fill(1));
  const norm = g.op('LayerNormalization', [x, ones], { axis: -1, epsilon: { float: LAYER_NORM_EPSILON } });
  return g.op('Add', [g.op('Mul', [norm, scale]), shift]);
}

/** x + gate·y */
export function addGated(g: GraphBuilder, x: Value, gate: Value, y: Value): Value {
  return g.op('Add', [x, g.op('Mul', [gate, y])]);
}

/** z/(sqrt(mean(z²)) + ε)·scale over the full width; ε is outside the root, so it is no RMSNormalization. */
export function rmsNorm(g: GraphBuilder, { hidden: D }: NetworkConfig, z: Value, name: string): Value {
  const length = g.op('ReduceL2', [z], { axes: [-1] });
  const root = g.op('Mul', [length, g.floats([1 / Math.sqrt(D)])]);
  const normal = g.op('Div', [z, g.op('Add', [root, g.floats([RMS_EPSILON])])]);
  return g.op('Mul', [normal, g.weight(`${name}.scale`, [D])]);
}

/**
 * softmax(q·kᵀ·d^-½)·v, head by head: q [N, Q, D] (or [1, Q, D] for all), k and v [N, K, D] -> [N, Q, D]. In plain
 * operators: on WebAssembly they are as fast as onnxruntime's MultiHeadAttention, which is wrong on a WebGPU adapter
 * with subgroups of 4.
 */
export function attention(g: GraphBuilder, config: NetworkConfig, q: Value, k: Value, v: Value): Value {
  const weights = attentionWeights(g, config, q, k);
  const mixed = g.op('MatMul', [weights, byHead(g, config, v, [0, 2, 1, 3])]); //            [N, H, Q, d]
  return g.reshape(g.op('Transpose', [mixed], { perm: [0, 2, 1, 3] }), [0, -1, config.hidden]);
}

/** softmax(q·kᵀ·d^-½) of the same q and k [N, H, Q, K]: how much of each key is in a query. */
export function attentionWeights(g: GraphBuilder, config: NetworkConfig, q: Value, k: Value): Value {
  const scaled = g.op('Mul', [q, g.floats([(config.hidden / config.heads) ** -0.5])]);
  const logits = [byHead(g, config, scaled, [0, 2, 1, 3]), byHead(g, config, k, [0, 2, 3, 1])];
  return g.op('Softmax', [g.op('MatMul', logits)], { axis: -1 });
}

/** Tokens [N, L, D] as [N, L, H, d], in the order that `perm` says. */
function byHead(g: GraphBuilder, { heads, hidden }: NetworkConfig, tokens: Value, perm: readonly number[]): Value {
  return g.op('Transpose', [g.reshape(tokens, [0, -1, heads, hidden / heads])], { perm });
}

/** The same as onnxruntime's own operator; q is [N, Q, D]. */
export function multiHeadAttention(g: GraphBuilder, { heads }: NetworkConfig, q: Value, k: Value, v: Value): Value {
  return g.fused('MultiHeadAttention', [q, k, v], { num_heads: heads });
}

/** GELU by its tanh formula. */
export function gelu(g: GraphBuilder, x: Value): Value {
  return g.fused('FastGelu', [x]);
}

/** fc2(gelu_tanh(fc1(x))) */
export function feedForward(
  g: GraphBuilder,
  x: Value,
  name: string,
  [outer, inner]: readonly [number, number],
  options: { bias: boolean },
): Value {
  const hidden = gelu(g, linear(g, x, `${name}.fc1`, [outer, inner], options));
  return linear(g, hidden, `${name}.fc2`, [inner, outer], options);
}
