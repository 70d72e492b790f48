import { expect, it } from 'vitest';
import { aliveBuffers } from '../../test/support/gpu.ts';
import { smallModel } from '../../test/support/small-model.ts';
import { nodeGpu } from '../cli/node-gpu.ts';
import { Gpu } from '../gpu/gpu.ts';
import { decoderHere } from './decoder-here.ts';
import { Engine } from './engine.ts';
import { openGpuDevice } from './gpu-device.ts';
import type { GenerateRequest } from './types.ts';

const REQUESTS: readonly GenerateRequest[] = [
  { budget: 16, steps: 2, guidance: 1 },
  { budget: 3, steps: 1, guidance: { kind: 'ccfg', scale: 2 }, solver: 'heun' },
  { budget: 7, steps: 2, guidance: 3, onStep: () => undefined },
];

/** Counts a device's buffers beside the ledger, from the calls that make and destroy them. */
function countBuffers({ device }: Gpu) {
  const alive = new Set<GPUBuffer>();
  const create = device.createBuffer.bind(device);
  device.createBuffer = (descriptor) => {
    const buffer = create(descriptor);
    alive.add(buffer);
    const destroy = buffer.destroy.bind(buffer);
    buffer.destroy = () => {
      alive.delete(buffer);
      return destroy();
    };
    return buffer;
  };
  return alive;
}

it('the ledger knows every buffer, and what a window of use leaves alive does not grow', async () => {
  const files = await smallModel();
  const gpu = await Gpu.open({ gpu: nodeGpu() });
  const alive = countBuffers(gpu);
  const engine = await Engine.load(
    { read: async (name) => new Uint8Array(files.get(name)!) },
    { openDevice: () => openGpuDevice(async () => gpu), openDecoder: decoderHere() },
  );
  const windows: string[][] = [];
  for (let seed = 0; seed < 12; seed++) {
    for (const request of REQUESTS) {
      const pictures = [engine.generate({ ...request, seed })];
      if (seed % 3 === 0) pictures.push(engine.generate({ ...request, seed: 1000 + seed }));
      const outcomes = await Promise.allSettled(pictures);
      expect(outcomes.map(({ status }) => status)).toEqual([...pictures.slice(1).map(() => 'rejected'), 'fulfilled']);
    }
    expect(gpu.ledger.count('buffer')).toEqual({
      objects: alive.size,
      bytes: [...alive].reduce((sum, { size }) => sum + size, 0),
    });
    windows.push(aliveBuffers(gpu).toSorted());
  }
  expect(windows.at(-1)).toEqual(windows[2]);
  await engine.dispose();
  // Idle buffers for reading back go with the device, of which the engine has destroyed all it had made itself.
  expect([...alive].filter(({ label }) => label !== 'readback')).toEqual([]);
}, 120_000);
