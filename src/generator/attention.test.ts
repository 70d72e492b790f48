import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type FakeRun, fakeModel } from '../../test/support/generator-fakes.ts';
import { closeLines, FakeServant, line } from '../../test/support/generator-line.ts';
import { ElitError } from '../errors.ts';
import type { RunSpec } from '../sampling/sampling-run.ts';
import { type AttentionMaps, stepsToLookAt } from './attention.ts';
import { Engine } from './engine.ts';
import { Generator } from './generator.ts';
import type { PictureReader } from './start-picture/picture-reader.ts';

/** An engine whose runs take 5 ms a stage and give maps that hold the number of the stage. */
function lookingEngine() {
  const { model, sampler } = fakeModel();
  const dispose = vi.fn();
  const lookAt = async (spec: RunSpec) => {
    const run: FakeRun = await sampler.begin(spec);
    const maps = async () => {
      const stage = run.submitted.at(-1) ?? -1;
      await run.queue.drained();
      return { read: Float32Array.of(stage, stage), write: Float32Array.of(-stage, -stage) };
    };
    return { run, maps, dispose: async () => dispose(run.dispose()) };
  };
  const looking = { ...model, sampler: Object.assign(sampler, { lookAt }) };
  return { engine: new Engine(looking), sampler, dispose, model, looking };
}

describe('Engine.attention', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('keeps the maps of the first stage of each step it is asked for, and tells how far it is', async () => {
    const { engine, dispose, sampler } = lookingEngine();
    const onProgress = vi.fn();
    const looking = engine.attention({ seed: 3, steps: 3, solver: 'heun', at: [1, 3], onProgress });
    await vi.runAllTimersAsync();
    const maps = await looking;
    expect(maps).toMatchObject({ steps: [1, 3], grid: 2, window: 2, settings: { seed: 3, steps: 3 } });
    expect([...maps.read]).toEqual([0, 0, 4, 4]); // two stages a step but for the last
    expect([...maps.write]).toEqual([-0, -0, -4, -4]);
    expect(onProgress.mock.calls.map(([{ step }]) => step)).toEqual([1, 1, 2, 2, 3]);
    expect(onProgress).toHaveBeenLastCalledWith({ step: 3, steps: 3 });
    expect(dispose).toHaveBeenCalledOnce();
    expect(sampler.runs[0]?.disposed).toBe(true);
  });

  it('is overtaken by a picture, and overtakes none that is asked for later', async () => {
    const { engine, dispose } = lookingEngine();
    const looking = expect(engine.attention({ steps: 100 })).rejects.toMatchObject({ code: 'superseded' });
    await vi.advanceTimersByTimeAsync(20);
    const drawing = engine.generate({ steps: 2 });
    await vi.runAllTimersAsync();
    await looking;
    await expect(drawing).resolves.toMatchObject({ backend: 'webgpu' });
    expect(dispose).toHaveBeenCalledOnce();
  });

  it('disturbs nothing when it is asked for steps that are not there', async () => {
    const { engine } = lookingEngine();
    const drawing = engine.generate({ steps: 2 });
    await expect(engine.attention({ steps: 2, at: [3] })).rejects.toMatchObject({ code: 'request-invalid' });
    await vi.runAllTimersAsync();
    await expect(drawing).resolves.toBeDefined();
  });

  it('leaves out the steps that a drawing from a picture does not run', async () => {
    const { looking: model } = lookingEngine();
    const manifest = { ...model.manifest, encoder: model.manifest.decoder };
    const pictures = { latents: async () => new Float32Array(8) } as unknown as PictureReader;
    const begun = new Engine({ ...model, manifest, pictures });
    const image = { width: 1, height: 1, data: new Uint8ClampedArray(4) };
    const looking = begun.attention({ seed: 3, steps: 4, at: [1, 3, 4], image, strength: 0.5 });
    await vi.runAllTimersAsync();
    const maps = await looking;
    expect(maps.steps).toEqual([3, 4]);
    expect([...maps.read]).toEqual([0, 0, 1, 1]);
    expect(() => stepsToLookAt([1, 2], 4, 2)).toThrow(expect.objectContaining({ code: 'request-invalid' }));
  });

  it('is unsupported where nothing can look, and where there are no latents', async () => {
    const { model } = fakeModel();
    await expect(new Engine(model).attention({})).rejects.toMatchObject({ code: 'unsupported' });
    const { model: looking } = lookingEngine();
    const config = { ...looking.manifest.config, latentInterface: null };
    const plain = new Engine({ ...looking, manifest: { ...looking.manifest, config } });
    await expect(plain.attention({})).rejects.toMatchObject({ code: 'unsupported' });
  });
});

it.each([[[0]], [[1, 1]], [[2, 1]], [[1.5]], [[5]], [[Number.NaN]], [[]]])('refuses to look at steps %j of 4', (at) => {
  expect(() => stepsToLookAt(at, 4)).toThrow(expect.objectContaining({ code: 'request-invalid' }));
});

describe('Generator.attention', () => {
  afterEach(closeLines);

  const maps: AttentionMaps = {
    settings: new FakeServant().info.defaults,
    steps: [1],
    grid: 1,
    window: 1,
    read: Float32Array.of(1),
    write: Float32Array.of(1),
  };

  async function loaded() {
    const servant = new FakeServant();
    const { port, sent } = line(async () => servant);
    return { servant, sent, generator: await Generator.connect(() => port, 'models/tiny/') };
  }

  it('brings maps and progress from the worker, with the request as it was', async () => {
    const { generator, servant } = await loaded();
    const onProgress = vi.fn();
    const looking = generator.attention({ seed: 7, at: [1], onProgress });
    await vi.waitFor(() => expect(servant.looks).toHaveLength(1));
    expect(servant.looks[0]).toMatchObject({ seed: 7, at: [1] });
    servant.looks[0]?.onProgress?.({ step: 1, steps: 2 });
    await vi.waitFor(() => expect(onProgress).toHaveBeenCalledExactlyOnceWith({ step: 1, steps: 2 }));
    servant.maps[0]?.resolve(structuredClone(maps));
    await expect(looking).resolves.toEqual(maps);
    generator.dispose();
  });

  it('rejects with what the worker says, and at once when it is aborted, which the worker hears', async () => {
    const { generator, servant, sent } = await loaded();
    const refused = generator.attention();
    await vi.waitFor(() => expect(servant.maps).toHaveLength(1));
    servant.maps[0]?.reject(new ElitError('unsupported', 'Not here.', 'Elsewhere.'));
    await expect(refused).rejects.toMatchObject({ code: 'unsupported', hint: 'Elsewhere.' });
    const abort = new AbortController();
    const cancelled = generator.attention({ signal: abort.signal });
    abort.abort(new Error('enough'));
    await expect(cancelled).rejects.toThrow('enough');
    expect(sent.at(-1)).toMatchObject({ type: 'cancel' });
    generator.dispose();
  });
});
