import fs from 'node:fs';
import * as ort from 'onnxruntime-web/wasm';
import { afterEach, expect, it, vi } from 'vitest';
import { stored } from '../../../test/support/numbers.ts';
import { readRecorded } from '../../../test/support/recorded.ts';
import { rewrittenSafetensors } from '../../../test/support/safetensors.ts';
import { toFloat32 } from '../../model/dtype.ts';
import { Safetensors } from '../../model/safetensors.ts';
import { OnnxNetwork } from './network.ts';

/** A node that ran, as onnxruntime's profile tells of it. */
interface RunNode {
  readonly op_name: string;
  /** A type with its shape for each input that is not left out. */
  readonly input_type_shape: readonly Readonly<Record<string, readonly number[]>>[];
  /** Bytes of inputs that are weights or constants, and of all others. */
  readonly parameter_size: string;
  readonly activation_size: string;
}

afterEach(() => vi.restoreAllMocks());

/** Compiling the runtime and opening two graphs on a busy machine, ms. */
const PATIENCE = 60_000;

it('casts weights in half precision once, at load, and not at a run', { timeout: PATIENCE }, async () => {
  const { config, weights, golden } = await readRecorded('elit-sit-a');
  const halves = Safetensors.parse(
    rewrittenSafetensors(weights, (_, tensor) => ({
      ...tensor,
      dtype: 'F16',
      bytes: stored('F16', toFloat32(tensor.dtype, tensor.bytes)).bytes,
    })),
  );
  const sessions = profiledSessions();
  const network = await OnnxNetwork.load(config, halves);
  const image = golden.float32('x').subarray(0, golden.float32('x').length / golden.float32('t').length);
  for (const [stage, t] of [0.25, 0.75].entries()) {
    const modulation = await network.condition([t], [network.label(stage)]);
    await network.velocity(image, modulation, 0, { firstImage: 0, images: 1, kept: 3 });
  }
  const nodes = sessions.flatMap((session) => profileOf(session));
  await network.dispose();

  expect(sessions).toHaveLength(2);
  expect(nodes.filter(({ op_name }) => op_name === 'MatMul').length).toBeGreaterThan(2 * 4 * config.depth);
  const types = new Set(nodes.flatMap((node) => node.input_type_shape.flatMap(Object.keys)));
  expect([...types].toSorted()).toEqual(['float', 'int64']);
  // Nor is anything else computed again that depends on weights alone: transpositions, the queries of Read.
  const again = nodes.filter((node) => Number(node.activation_size) === 0 && Number(node.parameter_size) > 0);
  expect(again.map(({ op_name }) => op_name)).toEqual([]);
});

/** Every session that is opened from now on, told to keep a profile. */
function profiledSessions(): ort.InferenceSession[] {
  const sessions: ort.InferenceSession[] = [];
  const create = ort.InferenceSession.create.bind(ort.InferenceSession) as (
    graph: Uint8Array,
    options: ort.InferenceSession.SessionOptions,
  ) => Promise<ort.InferenceSession>;
  vi.spyOn(ort.InferenceSession, 'create').mockImplementation((async (graph: Uint8Array, options: object) => {
    const session = await create(graph, { ...options, enableProfiling: true });
    sessions.push(session);
    return session;
  }) as typeof ort.InferenceSession.create);
  return sessions;
}

/** The nodes that ran in a session: the runtime writes its profile to the standard output. */
function profileOf(session: ort.InferenceSession): RunNode[] {
  const lines: string[] = [];
  const write = vi.spyOn(fs, 'writeSync').mockImplementation((_, text) => lines.push(String(text)));
  session.endProfiling();
  write.mockRestore();
  const events = JSON.parse(lines.join('')) as { readonly cat: string; readonly args: RunNode }[];
  return events.filter(({ cat }) => cat === 'Node').map(({ args }) => args);
}
