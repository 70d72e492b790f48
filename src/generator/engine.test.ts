import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeModel } from '../../test/support/generator-fakes.ts';
import { ElitError } from '../errors.ts';
import { gaussianNoise } from '../sampling/noise.ts';
import type { RunSpec } from '../sampling/sampling-run.ts';
import { slerp } from '../sampling/slerp.ts';
import { Engine } from './engine.ts';
import { QUEUE_MS } from './pace.ts';
import type { Run } from './run.ts';
import type { PictureReader } from './start-picture/picture-reader.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** The value or the reason that a promise settles with, once all timers have run. */
async function settled<T>(...promises: Promise<T>[]): Promise<PromiseSettledResult<T>[]> {
  const all = Promise.allSettled(promises);
  await vi.runAllTimersAsync();
  return all;
}

const failed = (code: string) => ({ status: 'rejected', reason: expect.objectContaining({ code }) });

describe('Engine', () => {
  it('samples with the settings, the class and the noise of the request', async () => {
    const { model, sampler } = fakeModel();
    sampler.result = new Float32Array(8).fill(77);
    const [result] = await settled(
      new Engine(model).generate({ subject: 'cat face', style: 'twemoji', seed: 5, steps: 3, budget: 2 }),
    );
    expect(sampler.specs).toHaveLength(1);
    expect(sampler.specs[0]).toMatchObject({ label: 1, nullLabel: 11, budget: 2, noise: gaussianNoise(5, 8) });
    expect(sampler.specs[0]?.stages).toHaveLength(3);
    expect(sampler.specs[0]?.stepNoise?.(1)).toEqual(gaussianNoise(5, 8, 2));
    expect(result).toMatchObject({
      status: 'fulfilled',
      value: { width: 1, backend: 'webgpu', settings: { seed: 5 }, timing: { sampling: 15, decoding: 10, total: 25 } },
    });
    expect(result?.status === 'fulfilled' && result.value.data[0]).toBe(77);
    expect(sampler.runs[0]?.disposed).toBe(true);
  });

  it('starts between the noises of two seeds, and goes on with the noise of its own', async () => {
    const { model, sampler } = fakeModel();
    const engine = new Engine(model);
    for (const amount of [0, 0.25, 1]) {
      const [result] = await settled(engine.generate({ seed: 5, variation: { seed: 6, amount } }));
      expect(result).toMatchObject({ value: { settings: { seed: 5, variation: { seed: 6, amount } } } });
    }
    const [own, between, other] = sampler.specs;
    expect(own?.noise).toEqual(gaussianNoise(5, 8));
    expect(between?.noise).toEqual(slerp(gaussianNoise(5, 8), gaussianNoise(6, 8), 0.25));
    expect(other?.noise).toEqual(gaussianNoise(6, 8));
    expect(other?.stepNoise?.(1)).toEqual(gaussianNoise(5, 8, 2));
  });

  it('starts from given noise', async () => {
    const { model, sampler } = fakeModel();
    const noise = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8);
    const [result] = await settled(new Engine(model).generate({ noise }));
    expect(sampler.specs[0]?.noise).toEqual(noise);
    expect(result).toMatchObject({ value: { settings: { seed: null } } });
  });

  it('begins with the picture’s latents, mixed into the noise of the seed, and runs the last steps only', async () => {
    const { model, sampler } = fakeModel();
    const latents = vi.fn(async () => new Float32Array(8).fill(2));
    const manifest = { ...model.manifest, encoder: model.manifest.decoder };
    const engine = new Engine({ ...model, manifest, pictures: { latents } as unknown as PictureReader });
    const image = { width: 1, height: 1, data: new Uint8ClampedArray(4) };
    const onEncoder = vi.fn();
    const [result] = await settled(engine.generate({ image, strength: 0.25, steps: 4, seed: 5, onEncoder }));
    expect(latents.mock.calls).toEqual([[image, onEncoder]]);
    expect(sampler.specs[0]?.stages.map(({ t, step }) => [t, step])).toEqual([[0.25, 3]]);
    expect(sampler.specs[0]?.noise).toEqual(gaussianNoise(5, 8).map((value) => 0.75 * 2 + 0.25 * value));
    expect(result).toMatchObject({ value: { settings: { steps: 4, strength: 0.25 } } });
    await settled(engine.generate({ image, strength: 0.9, steps: 4, seed: 5 }));
    expect(sampler.specs[1]).toMatchObject({ noise: gaussianNoise(5, 8), stages: { length: 4 } });
    expect(latents).toHaveBeenCalledOnce(); // all of the steps: nothing of the picture would be seen
  });

  it('lets the newest request win, within 30 ms of queued work', async () => {
    const { model, sampler } = fakeModel();
    const engine = new Engine(model);
    const first = engine.generate({ seed: 1, steps: 100 });
    const overtaken = expect(first).rejects.toMatchObject({ code: 'superseded' });
    await vi.advanceTimersByTimeAsync(60);
    expect(sampler.runs[0]?.queue.backlog).toBeLessThanOrEqual(QUEUE_MS);
    const submitted = sampler.runs[0]?.submitted.length;
    const second = engine.generate({ seed: 2, steps: 4 });
    await overtaken;
    const [result] = await settled(second);
    expect(result).toMatchObject({ status: 'fulfilled', value: { settings: { seed: 2 } } });
    expect(sampler.runs[0]?.submitted).toHaveLength(submitted ?? Number.NaN);
  });

  it('draws only the last of a storm of requests', async () => {
    const { model, sampler } = fakeModel();
    const engine = new Engine(model);
    const storm = Array.from({ length: 500 }, (_, i) => engine.generate({ seed: 1, budget: 1 + (i % 4) }));
    const results = await settled(...storm);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(results.at(-1)).toMatchObject({ status: 'fulfilled', value: { settings: { budget: 4 } } });
    expect(results.slice(0, -1)).toEqual(Array(499).fill(failed('superseded')));
    expect(sampler.runs).toHaveLength(1);
  });

  it('is not disturbed by a request that is not valid', async () => {
    const { model } = fakeModel();
    const engine = new Engine(model);
    const results = await settled(engine.generate({ steps: 10 }), engine.generate({ steps: 0 }));
    expect(results).toEqual([expect.objectContaining({ status: 'fulfilled' }), failed('request-invalid')]);
  });

  it('ends with the reason of the request’s signal, and draws the next', async () => {
    const { model } = fakeModel();
    const engine = new Engine(model);
    const cancel = new AbortController();
    const first = engine.generate({ steps: 100, signal: cancel.signal });
    const aborted = expect(first).rejects.toMatchObject({ name: 'AbortError' });
    await vi.advanceTimersByTimeAsync(40);
    cancel.abort();
    await aborted;
    await expect(engine.generate({ signal: cancel.signal })).rejects.toMatchObject({ name: 'AbortError' });
    expect(await settled(engine.generate({ steps: 2 }))).toMatchObject([{ status: 'fulfilled' }]);
  });

  it('shows previews while there is time for them', async () => {
    const { model, sampler } = fakeModel();
    sampler.stageMs = 100;
    const steps: number[] = [];
    const engine = new Engine(model);
    const [result] = await settled(engine.generate({ steps: 5, onStep: ({ step }) => steps.push(step) }));
    expect(result).toMatchObject({ status: 'fulfilled' });
    expect(steps).toEqual([2, 4]);
  });

  it('decodes on the GPU what is there, without the numbers in between', async () => {
    const { model, sampler, decoder } = fakeModel();
    const buffers = { state: {} as GPUBuffer, clean: {} as GPUBuffer };
    const begin = sampler.begin.bind(sampler);
    vi.spyOn(sampler, 'begin').mockImplementation(async (spec) => Object.assign(await begin(spec), { buffers }));
    const decodeBuffer = vi.fn(async () => ({ width: 1, height: 1, data: Uint8ClampedArray.of(5, 0, 0, 255) }));
    const [result] = await settled(
      new Engine({ ...model, decoder: Object.assign(decoder, { decodeBuffer }) }).generate({}),
    );
    expect(decodeBuffer.mock.calls).toEqual([[buffers.state]]);
    expect(result?.status === 'fulfilled' && result.value.data[0]).toBe(5);
  });

  it('refuses to make a picture of what is not a number', async () => {
    const { model, sampler } = fakeModel();
    sampler.result = new Float32Array(8).fill(Number.NaN);
    expect(await settled(new Engine(model).generate({}))).toEqual([failed('internal')]);
  });

  it('passes on what fails, typed, and draws the next', async () => {
    const { model, sampler, decoder } = fakeModel();
    const engine = new Engine(model);
    vi.spyOn(sampler, 'begin').mockRejectedValueOnce(new TypeError('oops'));
    expect(await settled(engine.generate({}))).toEqual([failed('internal')]);
    const broken = new ElitError('decoder-failed', 'no', 'no');
    vi.spyOn(decoder, 'decode').mockRejectedValueOnce(broken);
    expect(await settled(engine.generate({}))).toMatchObject([{ reason: broken }]);
    expect(await settled(engine.generate({}))).toMatchObject([{ status: 'fulfilled' }]);
  });

  it('ends when the GPU is lost', async () => {
    const { model, lose } = fakeModel();
    const engine = new Engine(model);
    const running = engine.generate({ steps: 100 });
    const ended = expect(running).rejects.toMatchObject({ code: 'gpu-device-lost' });
    lose(new ElitError('gpu-device-lost', 'gone', 'load again'));
    await ended;
    await expect(engine.generate({})).rejects.toMatchObject({ code: 'gpu-device-lost' });
  });

  it('frees the model when disposed, after the run under way', async () => {
    const { model, sampler, dispose } = fakeModel();
    const engine = new Engine(model);
    const running = engine.generate({ steps: 100 });
    const ended = expect(running).rejects.toMatchObject({ code: 'disposed' });
    await vi.advanceTimersByTimeAsync(12);
    dispose.mockImplementation(async () => {
      expect(sampler.runs[0]?.disposed).toBe(true);
    });
    const disposed = engine.dispose();
    await vi.advanceTimersByTimeAsync(30); // what is on the queue by then still runs
    await disposed;
    await ended;
    expect(dispose).toHaveBeenCalledOnce();
    await expect(engine.generate({})).rejects.toMatchObject({ code: 'disposed' });
  });
});

describe('the limits of the device', () => {
  it('are measured between two images', async () => {
    const { model, sampler } = fakeModel();
    const engine = new Engine(model);
    const drawing = engine.generate({ seed: 1, steps: 4 });
    const measured = engine.measureLimits();
    await settled(drawing);
    expect(await measured).toMatchObject({ forwardMs: [1, 2, 3, 4] });
    expect(sampler.limits).toHaveBeenCalledOnce();
  });

  it('leave an image waiting for one measurement only', async () => {
    const { model, sampler } = fakeModel();
    const engine = new Engine(model);
    const order: string[] = [];
    const measured = engine.measureLimits().then(() => order.push('limits'));
    await vi.advanceTimersByTimeAsync(5);
    const drawing = engine.generate({ seed: 1, steps: 1 }).then(() => order.push('image'));
    await settled(measured, drawing);
    expect(sampler.limits).toHaveBeenCalledOnce();
    expect(order).toEqual(['image', 'limits']);
  });

  it('are given up with the engine', async () => {
    const { model } = fakeModel();
    const engine = new Engine(model);
    const measured = engine.measureLimits();
    await vi.advanceTimersByTimeAsync(5);
    const [result] = await settled<unknown>(measured, engine.dispose());
    expect(result).toMatchObject(failed('disposed'));
  });

  it('end the tuning, which goes on afterwards', async () => {
    const { model, sampler } = fakeModel();
    const engine = new Engine(model);
    engine.tuneWhenIdle(() => undefined);
    const first = engine.generate({ seed: 1, steps: 1 });
    await vi.advanceTimersByTimeAsync(15 + 300 + 60); // the image, the quiet after it, and into the first step
    await first;
    const measured = engine.measureLimits();
    expect(sampler.tuning.signals.map(({ aborted }) => aborted)).toEqual([true]);
    await settled(measured);
    expect(sampler.tuning.signals.filter(({ aborted }) => !aborted).length).toBeGreaterThan(0);
  });
});

describe('the parts of the last picture', () => {
  /** Every launch takes 2 ms of the (faked) clock, and is said to take 1. */
  function timedModel() {
    const { model, sampler } = fakeModel();
    const time = vi.fn(async () => {
      await new Promise((resolve) => setTimeout(resolve, 2));
      return { wallMs: 2, launchMs: [1] };
    });
    const dispatches = [{ part: 'core', flops: 1 }];
    const begin = sampler.begin.bind(sampler);
    const specs: RunSpec[] = [];
    vi.spyOn(sampler, 'begin').mockImplementation(async (spec) => {
      specs.push(spec);
      const timed = [{ dispatches, times: spec.stages.length, time }] as unknown as NonNullable<Run['timed']>;
      return Object.assign(await begin(spec), { timed });
    });
    return { engine: new Engine(model), sampler, time, specs };
  }

  it('are those of its own settings', async () => {
    const { engine, sampler, specs } = timedModel();
    const drawing = engine.generate({ seed: 1, steps: 4, budget: 2 });
    await settled(drawing);
    const measured = engine.measureParts();
    await settled(measured);
    expect(await measured).toMatchObject({ settings: { steps: 4, budget: 2 }, ms: { core: 4, head: 0 } });
    expect(new Set(specs).size).toBe(1);
    expect(sampler.runs.every(({ disposed }) => disposed)).toBe(true);
  });

  it('leave an image waiting for one measurement only, which ends them', async () => {
    const { engine, time } = timedModel();
    await settled(engine.generate({ seed: 1, steps: 1 }));
    const measured = engine.measureParts();
    await vi.advanceTimersByTimeAsync(1);
    const drawing = engine.generate({ seed: 2, steps: 1 });
    expect(await settled<unknown>(measured, drawing)).toMatchObject([failed('superseded'), { status: 'fulfilled' }]);
    expect(time).toHaveBeenCalledOnce();
  });

  it('are not known before a picture, and where our kernels do not draw', async () => {
    const engine = new Engine(fakeModel().model);
    expect(await engine.measureParts()).toBeNull();
    await settled(engine.generate({ seed: 1, steps: 1 }));
    const measured = engine.measureParts();
    await settled(measured);
    expect(await measured).toBeNull();
  });
});

describe('tuning', () => {
  it('happens after an image and shows its kernels; without being asked for, never', async () => {
    const { model, sampler } = fakeModel();
    const engine = new Engine(model);
    await settled(engine.generate({ seed: 1, steps: 1 }));
    expect(sampler.tuning.signals).toEqual([]);
    const onKernels = vi.fn();
    engine.tuneWhenIdle(onKernels);
    expect(engine.kernels).toEqual({});
    await settled(engine.generate({ seed: 1, steps: 1 }));
    expect(sampler.tuning.signals).toHaveLength(10);
    expect(onKernels).toHaveBeenCalledExactlyOnceWith({ 'a product': 'direct 8×4' });
    expect(engine.kernels).toEqual({ 'a product': 'direct 8×4' });
  });

  it('ends for a request, which waits for no more than the launches under way', async () => {
    const { model, sampler } = fakeModel();
    const engine = new Engine(model);
    engine.tuneWhenIdle(() => undefined);
    const first = engine.generate({ seed: 1, steps: 1 });
    await vi.advanceTimersByTimeAsync(15 + 300 + 60); // the image, the quiet after it, and into the first step
    await first;
    expect(sampler.tuning.signals.map(({ aborted }) => aborted)).toEqual([false]);
    const second = engine.generate({ seed: 2, steps: 1 });
    expect(sampler.tuning.signals.map(({ aborted }) => aborted)).toEqual([true]);
    await vi.advanceTimersByTimeAsync(20 + 15);
    expect(await second).toMatchObject({ settings: { seed: 2 } });
    expect(sampler.tuning.kernels).toEqual({});
    await engine.dispose();
    await vi.runAllTimersAsync();
    expect(sampler.tuning.signals).toHaveLength(1);
  });

  it('is forgotten and begun anew on request', async () => {
    const { model, sampler } = fakeModel();
    const engine = new Engine(model);
    engine.tuneWhenIdle(() => undefined);
    await settled(engine.resetTuning());
    expect(sampler.tuning.reset).toHaveBeenCalledOnce();
    expect(sampler.tuning.signals).toHaveLength(10);
  });
});
