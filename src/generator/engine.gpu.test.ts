import { beforeAll, describe, expect, it } from 'vitest';
import { expectClose } from '../../test/support/compare.ts';
import { aliveBuffers } from '../../test/support/gpu.ts';
import { MODEL, type RecordedDrawings, readDrawings } from '../../test/support/page-model.ts';
import { FileSource } from '../cli/file-source.ts';
import { nodeGpu } from '../cli/node-gpu.ts';
import { runBounds } from '../cli/verify/recorded.ts';
import { Gpu } from '../gpu/gpu.ts';
import { straightRgba8 } from '../runtime-onnx/straight-alpha.ts';
import { decoderHere } from './decoder-here.ts';
import { Engine } from './engine.ts';
import { openGpuDevice } from './gpu-device.ts';
import type { ModelSource } from './source.ts';
import type { LoadProgress } from './types.ts';

/** Latents within their bound decode to planes this much off; a byte then differs by one where it was about to round. */
const BYTE = 1;

/** Opens GPUs and remembers what was alive on each when it was closed. */
function watchedGpu() {
  const gpus: Gpu[] = [];
  const leftovers: string[][] = [];
  const openGpu = async () => {
    const gpu = await Gpu.open({ gpu: nodeGpu() });
    gpus.push(gpu);
    const dispose = gpu.dispose.bind(gpu);
    gpu.dispose = () => {
      leftovers.push(aliveBuffers(gpu));
      dispose();
    };
    return gpu;
  };
  return { openDevice: () => openGpuDevice(openGpu), leftovers, gpus };
}

/** The model with one file changed. */
function changed(name: string, change: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>): ModelSource {
  const source = new FileSource(MODEL);
  return {
    read: async (file, options) => {
      const bytes = await source.read(file, options);
      return file === name ? change(bytes) : bytes;
    },
  };
}

describe('Engine on a GPU, with the real model', () => {
  const { openDevice, leftovers, gpus } = watchedGpu();
  const progress: LoadProgress[] = [];
  let recorded: RecordedDrawings;
  let engine: Engine;

  beforeAll(async () => {
    recorded = await readDrawings();
    engine = await Engine.load(new FileSource(MODEL), {
      openDevice,
      openDecoder: decoderHere(),
      onProgress: (step) => progress.push(step),
    });
  });

  it('tells how far the load is, each phase up to its end', () => {
    const phases = [...new Set(progress.map(({ phase }) => phase))];
    expect(phases).toEqual(['manifest', 'weights', 'compile', 'decoder', 'warmup']);
    for (const phase of phases) {
      const last = progress.findLast((step) => step.phase === phase);
      expect(last).toMatchObject({ done: last?.total });
    }
  });

  it('draws what was recorded, from the same noise', async () => {
    const { golden, first } = recorded;
    const image = await engine.generate({
      subject: first.subject,
      style: first.style,
      noise: golden.float32('0.noise'),
      steps: 4,
      guidance: 1,
      budget: 1,
    });
    expect(engine.info.decoder).toEqual({ backend: 'webgpu', why: null });
    expect(image.settings.guidance).toMatchObject({ kind: 'cfg', scale: 1 });
    expectClose(image.latents, golden.float32('0.quick_budget_1.latents'), 'latents', {
      bounds: runBounds({ ...image.settings.guidance, kind: 'none' }),
    });
    const expected = straightRgba8(golden.float32('0.quick_budget_1.image'));
    const visible = (i: number) => (expected[i - (i % 4) + 3] ?? 0) > 8; // colour of what is all but clear is noise
    const off = image.data.filter((value, i) => visible(i) && Math.abs(value - (expected[i] ?? Number.NaN)) > BYTE);
    expect(off).toHaveLength(0);
  });

  it('gives the same picture for the same seed', async () => {
    const request = { seed: 7, steps: 2, guidance: 1, budget: 1 };
    const [first, again] = [await engine.generate(request), await engine.generate(request)];
    expect(again.data.every((value, i) => value === first.data[i])).toBe(true);
  });

  it('ends when the GPU is lost, and another load works', async () => {
    const drawing = engine.generate({ steps: 100, budget: 1 });
    gpus[0]?.device.destroy();
    await expect(drawing).rejects.toMatchObject({ code: 'gpu-device-lost' });
    await expect(engine.generate({})).rejects.toMatchObject({ code: 'gpu-device-lost' });
    await engine.dispose();
    const next = await Engine.load(new FileSource(MODEL), { openDevice, openDecoder: decoderHere() });
    await next.dispose();
    expect(leftovers).toEqual([[], []]);
  });
});

describe('Engine.load', () => {
  const head = (bytes: Uint8Array<ArrayBuffer>) => bytes.slice(0, 1000);

  it.each([
    ['truncated weights', 'elit.safetensors', head, 'weights-truncated'],
    ['a truncated decoder', 'decoder.onnx', head, 'decoder-failed'],
    ['a decoder that is none', 'decoder.onnx', (bytes: Uint8Array<ArrayBuffer>) => bytes.fill(1), 'decoder-failed'],
    ['a manifest that is none', 'model.json', head, 'manifest-invalid'],
  ])('refuses %s and frees what it had opened', async (_, file, change, code) => {
    const { openDevice, leftovers } = watchedGpu();
    const load = Engine.load(changed(file, change), { openDevice, openDecoder: decoderHere() });
    await expect(load).rejects.toMatchObject({ code });
    expect(leftovers).toEqual([[]]);
  });

  it('refuses a configuration that the weights contradict', async () => {
    const { openDevice, leftovers } = watchedGpu();
    const source = changed('model.json', (bytes) => {
      const text = new TextDecoder().decode(bytes).replace('"core_blocks": 10', '"core_blocks": 11');
      return new TextEncoder().encode(text.replace('"depth": 12', '"depth": 13'));
    });
    const load = Engine.load(source, { openDevice, openDecoder: decoderHere() });
    await expect(load).rejects.toMatchObject({ code: 'weights-mismatch' });
    expect(leftovers).toHaveLength(1);
  });

  it('stops when its signal aborts, and frees what it had opened', async () => {
    const { openDevice, leftovers } = watchedGpu();
    const cancel = new AbortController();
    const load = Engine.load(new FileSource(MODEL), {
      openDevice,
      openDecoder: decoderHere(),
      signal: cancel.signal,
      onProgress: ({ phase }) => phase === 'weights' && cancel.abort(),
    });
    await expect(load).rejects.toMatchObject({ name: 'AbortError' });
    expect(leftovers).toEqual([[]]);
  });

  it('passes on that there is no GPU', async () => {
    const gpu = { requestAdapter: async () => null } as unknown as GPU;
    const load = Engine.load(new FileSource(MODEL), {
      openDevice: () => openGpuDevice(() => Gpu.open({ gpu })),
      openDecoder: decoderHere(),
    });
    await expect(load).rejects.toMatchObject({ code: 'webgpu-no-adapter' });
  });
});
