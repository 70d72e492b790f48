import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as ops from '../../test/reference/image-ops.ts';
import { expectClose } from '../../test/support/compare.ts';
import { mapPlanes } from '../../test/support/feature-maps.ts';
import { aliveBuffers, gpuErrors } from '../../test/support/gpu.ts';
import { readDrawings } from '../../test/support/page-model.ts';
import { nodeGpu } from '../cli/node-gpu.ts';
import { Gpu } from '../gpu/gpu.ts';
import { mapBytes } from '../kernels/feature-map.ts';
import { GpuDecoder } from './decoder.ts';

const LATENTS = { channels: 8, height: 16, width: 16 };
const IMAGE = { width: 128, height: 128 };
/** What the last launch makes the picture of: 2 × 2 pixels of RGBA side by side, in -1 .. 1. */
const LAST_MAP = { channels: 16, height: 64, width: 64 };
const HALVES = [0.5, 0.5, 0.5, 0.5];
/** Ten times what a software adapter is off by; others may compute e⁻ˣ and square roots more loosely. */
const BOUNDS = { max: 1e-5, l2: 2e-6 };

describe('the decoder of emoji-128 on our kernels, at default limits', async () => {
  const { golden: recorded, drawings } = await readDrawings();
  let file: Uint8Array;
  let gpu: Gpu;
  let decoder: GpuDecoder;

  beforeAll(async () => {
    file = await readFile('public/models/emoji-128/decoder.onnx');
    gpu = await Gpu.open({ gpu: nodeGpu(), minimal: true });
    const refused = await gpuErrors(gpu, async () => {
      decoder = await GpuDecoder.load(gpu, file, LATENTS, IMAGE);
    });
    expect(refused).toEqual([]);
  });

  afterAll(() => gpu.dispose());

  /** Premultiplied planes of the picture decoded last. */
  async function lastImage(): Promise<Float64Array> {
    const buffer = decoder.dispatches.at(-1)?.buffers[0];
    if (buffer === undefined) throw new Error('the last launch reads nothing');
    const map = mapPlanes(LAST_MAP, await gpu.read(buffer, mapBytes(LAST_MAP)));
    return ops.affine(ops.pixelShuffle(map, 2), HALVES, HALVES).data.map((value) => Math.min(Math.max(value, 0), 1));
  }

  it.each(['0.budget_1', '1.budget_4', `${drawings.at(-1)!.index}.budget_16`])(
    '%s comes out as recorded',
    async (run) => {
      const image = await decoder.decode(recorded.float32(`${run}.latents`));
      const expected = recorded.float32(`${run}.image`);
      expectClose(await lastImage(), expected, run, { shape: [4, 128, 128], bounds: BOUNDS });

      expect(image).toMatchObject(IMAGE);
      const bytes = ops.straightBytes(ops.planes(4, 128, 128, expected));
      // The colour of what is all but clear is a quotient of two small numbers, whose errors move it by more than a byte.
      const visible = (i: number) => bytes[i - (i % 4) + 3]! > 8;
      const off = image.data.filter((value, i) => visible(i) && Math.abs(value - bytes[i]!) > 1);
      expect(off).toHaveLength(0);
      const equal = image.data.filter((value, i) => value === bytes[i]);
      expect(equal.length).toBeGreaterThan(0.99 * bytes.length);
    },
  );

  it('takes latents from a buffer of the GPU, and calls may overlap', async () => {
    const [first, second] = [recorded.float32('0.budget_1.latents'), recorded.float32('1.budget_4.latents')];
    const state = gpu.upload('state', first);
    const decoding = [decoder.decode(state), decoder.decode(second)];
    gpu.device.queue.writeBuffer(state, 0, second);
    const [a, b, c] = await Promise.all([...decoding, decoder.decode(state)]);
    expect(b?.data).toEqual(c?.data);
    expect(a?.data).not.toEqual(b?.data);
    gpu.destroyBuffer(state);
  });

  it('refuses latents of another size and works on', async () => {
    await expect(decoder.decode(new Float32Array(7))).rejects.toMatchObject({ code: 'decoder-failed' });
    await expect(decoder.decode(new Float32Array(2048))).resolves.toMatchObject(IMAGE);
  });

  it('costs what its layers cost', () => {
    const conv = (side: number, inputs: number, outputs: number, taps: number) => {
      return 2 * side ** 2 * inputs * outputs * taps;
    };
    const products =
      conv(16, 8, 160, 9) +
      4 * conv(16, 160, 160, 9) +
      conv(16, 160, 320, 1) +
      4 * conv(32, 80, 80, 9) +
      conv(32, 80, 160, 1) +
      2 * conv(64, 40, 40, 9) +
      conv(64, 40, 16, 9);
    const counted = decoder.dispatches.filter(({ kernel }) => /conv3x3|matmul/.test(kernel.name));
    expect(counted.reduce((sum, { flops }) => sum + flops, 0)).toBe(products);
    // Latents, 14 convolutions, 11 norms of three launches, 2 shuffles; the third shuffle is part of the image's.
    expect(decoder.dispatches).toHaveLength(1 + 14 + 11 * 3 + 2 + 1);
  });

  it('has no launch that reads what it writes', () => {
    for (const { buffers, kernel, label } of decoder.dispatches) {
      const written = buffers.filter((_, i) => kernel.bindings[i] === 'write');
      const read = buffers.filter((_, i) => kernel.bindings[i] === 'read');
      expect(
        written.filter((buffer) => read.includes(buffer)),
        label,
      ).toHaveLength(0);
    }
  });

  it('frees all it had', () => {
    decoder.dispose();
    expect(aliveBuffers(gpu)).toEqual([]);
  });

  it('frees what it had when a load fails', async () => {
    const createStorage = gpu.createStorage.bind(gpu);
    gpu.createStorage = (label, bytes) => {
      if (label === 'image') throw new Error('no memory left');
      return createStorage(label, bytes);
    };
    await expect(GpuDecoder.load(gpu, file, LATENTS, IMAGE)).rejects.toThrow('no memory left');
    expect(aliveBuffers(gpu)).toEqual([]);
  });
});
