import { describe, it } from 'vitest';
import { expectClose } from '../../../test/support/compare.ts';
import { readSafetensors } from '../../../test/support/recorded.ts';
import { writeSafetensors } from '../../../test/support/safetensors.ts';
import { parseNetworkConfig } from '../../model/config.ts';
import { Safetensors } from '../../model/safetensors.ts';
import { configureRuntime } from '../runtime.ts';
import { gelu, modulatedNorm, rmsNorm } from './layers.ts';
import { GraphBuilder, type Value } from './onnx/graph-builder.ts';
import { floats, GraphSession } from './session.ts';

describe('recorded operations', async () => {
  const golden = await readSafetensors('test/fixtures/reference/ops.golden.safetensors');
  configureRuntime(undefined);

  /** Runs one operation on a recorded input and compares. */
  async function check(name: string, apply: (g: GraphBuilder, x: Value, width: number) => Value): Promise<void> {
    const { shape } = golden.tensor(`${name}.x`);
    const scale = golden.has(`${name}.scale`) ? golden.float32(`${name}.scale`) : Float32Array.of(1);
    const file = writeSafetensors({ 'norm.scale': { shape: [scale.length], values: scale } });
    const g = new GraphBuilder(name, Safetensors.parse(file).header);
    g.output('y', apply(g, g.input('x', 'F32', shape), shape.at(-1)!), shape);
    const session = await GraphSession.open(g.encode(), file);
    const y = await session.run({ x: floats(golden.float32(`${name}.x`), shape) });
    await session.dispose();
    expectClose(y, golden.float32(`${name}.y`), name, { shape });
  }

  const config = (hidden: number) =>
    parseNetworkConfig({ hidden, heads: hidden / 8, depth: 1, grid: 1, patch: 1, in_channels: 1, num_classes: 1 });

  it('gelu is the tanh one', () => check('gelu', gelu));

  it.each(['unit', 'small', 'tiny'])('layer norm of %s values', (size) =>
    check(`layernorm.${size}`, (g, x, width) =>
      modulatedNorm(g, config(width), x, { shift: g.floats([0]), scale: g.floats([1]) }),
    ),
  );

  it.each(['unit', 'small', 'tiny'])('RMS norm of %s values', (size) =>
    check(`rmsnorm.${size}`, (g, x, width) => rmsNorm(g, config(width), x, 'norm')),
  );
});
