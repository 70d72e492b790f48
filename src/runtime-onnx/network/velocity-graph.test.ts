import * as ort from 'onnxruntime-web/wasm';
import { describe, expect, it } from 'vitest';
import { ReferenceNetwork } from '../../../test/reference/network.ts';
import { expectClose } from '../../../test/support/compare.ts';
import { readRecorded } from '../../../test/support/recorded.ts';
import { modulationTable } from './modulation-table.ts';
import { OnnxNetwork } from './network.ts';
import { floats, GraphSession } from './session.ts';
import { type GraphForm, velocityGraph } from './velocity-graph.ts';
import { weightsFile } from './weight-entry.ts';

ort.env.logLevel = 'error'; // that float16 is not folded on the processor is no news

describe('velocityGraph with batch and budget as constants', async () => {
  const { config, weights, golden } = await readRecorded('elit-sit-a');

  it.each([
    { kept: 1, fusedAttention: false },
    { kept: 16, fusedAttention: false },
    { kept: 3, fusedAttention: true },
    { kept: 16, fusedAttention: true },
  ])('computes the same: %o', async ({ kept, fusedAttention }) => {
    const [t, y] = [golden.float32('t')[0]!, golden.float32('y')[0]!];
    const x = golden.float32('x').subarray(0, golden.float32('x').length / golden.float32('t').length);
    const velocity = await run({ fixed: { images: 1, kept }, fusedAttention }, x, t, y);
    const reference = new ReferenceNetwork(config, weights).forward({ x, t: [t], y: [y], budget: kept });
    expectClose(velocity, reference.velocity!, `budget ${kept}`);
  });

  it.each([false, true])('computes about the same in float16, fused attention: %s', async (fusedAttention) => {
    const [t, y] = [golden.float32('t')[0]!, golden.float32('y')[0]!];
    const x = golden.float32('x').subarray(0, golden.float32('x').length / golden.float32('t').length);
    const velocity = await run({ fixed: { images: 1, kept: 5 }, fusedAttention, precision: 'F16' }, x, t, y);
    const reference = new ReferenceNetwork(config, weights).forward({ x, t: [t], y: [y], budget: 5 });
    expectClose(velocity, reference.velocity!, 'in float16', { bounds: { max: 2e-2, l2: 1e-2 } });
    expect(() => expectClose(velocity, reference.velocity!, 'in float16')).toThrow(); // no float32 in disguise
  });

  async function run(form: GraphForm, x: Float32Array, t: number, y: number): Promise<Float32Array> {
    const network = await OnnxNetwork.load(config, weights);
    const { lines } = await network.condition([t], [network.label(y)]);
    const session = await GraphSession.open(velocityGraph(config, weights.header, form), weightsFile(weights));
    const side = config.patch * config.grid;
    try {
      return await session.run({
        image: floats(x, [1, config.inChannels, side, side]),
        modulation: floats(lines, [1, modulationTable(config).width, config.hidden]),
      });
    } finally {
      await session.dispose();
      await network.dispose();
    }
  }
});
