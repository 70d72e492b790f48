import type { NetworkConfig } from '../../model/config.ts';
import type { SafetensorsHeader } from '../../model/safetensors.ts';
import { TIME_FEATURES } from '../../model/time-features.ts';
import { linear } from './layers.ts';
import { isScale, modulationTable } from './modulation-table.ts';
import { GraphBuilder, type Value } from './onnx/graph-builder.ts';

/**
 * Everything of a run that depends on its times and its conditioning vectors, but not on state or budget:
 * `features` [S, 256] of the times and `vectors` [B, D] of the images -> `modulation` [S·B, P, D], line s·B + b for
 * stage s and image b (see modulationTable; scales come with their 1 added).
 * @throws ElitError weights-mismatch
 */
export function conditioningGraph(config: NetworkConfig, header: SafetensorsHeader): Uint8Array<ArrayBuffer> {
  const g = new GraphBuilder('conditioning', header);
  const D = config.hidden;
  const table = modulationTable(config);
  const features = g.input('features', 'F32', ['stages', TIME_FEATURES]);
  const vectors = g.input('vectors', 'F32', ['images', D]);

  const hidden = linear(g, features, 't_embedder.mlp.0', [TIME_FEATURES, D]);
  const time = linear(g, silu(g, hidden), 't_embedder.mlp.2', [D, D]); //      [S, D]
  const sum = g.op('Add', [g.reshape(time, [-1, 1, D]), vectors]); //          [S, B, D]
  const c = silu(g, g.reshape(sum, [-1, D])); //                               [S·B, D]
  const chunks = table.layers.map(({ name, chunks: count }) => {
    return linear(g, c, `${name}.adaLN_modulation.1`, [D, count * D]);
  });
  const joined = g.reshape(g.op('Concat', chunks, { axis: 1 }), [-1, table.width, D]);
  const ones = table.layers.flatMap(({ chunks: count }) => {
    return Array.from({ length: count }, (_, chunk) => (isScale(chunk) ? 1 : 0));
  });
  g.output('modulation', g.op('Add', [joined, g.floats(ones, [table.width, 1])]), ['lines', table.width, D]);
  return g.encode();
}

function silu(g: GraphBuilder, x: Value): Value {
  return g.op('Mul', [x, g.op('Sigmoid', [x])]);
}
