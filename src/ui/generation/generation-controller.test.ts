import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ElitError } from '../../errors.ts';
import type { AttentionMaps } from '../../generator/attention.ts';
import type { GeneratedImage, GenerateRequest, ModelInfo } from '../../generator/types.ts';
import { reduce } from '../store/reduce.ts';
import { Store } from '../store/store.ts';
import { type Draft, initialState } from '../store/studio-state.ts';
import { GenerationController } from './generation-controller.ts';
import type { Engine, LoadEngine } from './page-engine.ts';

const draft: Draft = { subject: 'cat', style: 'noto', seed: 7, steps: 4, budget: 8, guidance: 1, noise: null };
const host = {
  addController: vi.fn(),
  removeController: vi.fn(),
  requestUpdate: vi.fn(),
  updateComplete: Promise.resolve(true),
};

/** A promise that the test settles. */
class Deferred<T> {
  resolve!: (value: T) => void;
  reject!: (reason: unknown) => void;
  readonly promise = new Promise<T>((resolve, reject) => {
    this.resolve = resolve;
    this.reject = reject;
  });
}

/** An engine whose calls are answered by the test. */
class HeldEngine implements Engine {
  readonly info = { name: 'held', flopShare: new Array<number>(16).fill(1) } as Partial<ModelInfo> as ModelInfo;
  readonly calls: { request: GenerateRequest; answer: Deferred<GeneratedImage> }[] = [];
  readonly dispose = vi.fn();

  generate(request: GenerateRequest): Promise<GeneratedImage> {
    const answer = new Deferred<GeneratedImage>();
    request.signal?.addEventListener('abort', () => answer.reject(request.signal?.reason));
    this.calls.push({ request, answer });
    return answer.promise;
  }

  /** @param ms what the picture is said to have taken */
  async finish(ms = 20): Promise<void> {
    const { request, answer } = this.calls.at(-1)!;
    const { noise: _, guidance: scale, ...settings } = request;
    const timing = { total: ms, sampling: ms, decoding: 0 };
    answer.resolve({ settings: { ...settings, guidance: { scale } }, timing } as unknown as GeneratedImage);
    await settled();
  }

  async fail(error: unknown): Promise<void> {
    this.calls.at(-1)!.answer.reject(error);
    await settled();
  }
}

/** Waits until all that is settled has been dealt with; also where the clock is a fake. */
const settled = async () => {
  for (let i = 0; i < 20; i++) await Promise.resolve();
};

async function start(load?: LoadEngine) {
  const store = new Store(initialState, reduce);
  const engine = new HeldEngine();
  const loads = vi.fn<LoadEngine>(load ?? (async () => engine));
  const controller = new GenerationController(host, store, loads);
  await controller.load('model/', () => draft);
  const change = (patch: Partial<Draft>) => {
    store.dispatch({ type: 'draft-changed', patch });
    controller.draw();
  };
  return { store, engine, loads, controller, change };
}

describe('GenerationController', () => {
  it('draws as soon as the model is there', async () => {
    const { store, engine } = await start();
    expect(engine.calls[0]?.request).toMatchObject({ subject: 'cat', seed: 7, budget: 8 });
    expect(engine.calls[0]?.request).not.toHaveProperty('noise');
    await engine.finish();
    expect(store.state).toMatchObject({ activity: { kind: 'idle' }, image: { settings: { budget: 8 } } });
  });

  it('has one call in flight during a storm and ends on the last value', async () => {
    const { store, engine, change } = await start();
    for (let i = 0; i < 500; i++) change({ budget: 1 + (i % 16) });
    expect(engine.calls).toHaveLength(1);
    expect(store.state.activity.kind).toBe('drawing');
    await engine.finish();
    expect(engine.calls).toHaveLength(2);
    expect(store.state.activity.kind).toBe('drawing');
    await engine.finish();
    expect(store.state).toMatchObject({ activity: { kind: 'idle' }, image: { settings: { budget: 4 } } });
  });

  it('draws aside only when nothing else is drawn, and gives way at once', async () => {
    const { store, engine, controller, change } = await start();
    const { signal } = new AbortController();
    const aside = controller.drawAside({ ...draft, budget: 16 }, signal);
    expect(engine.calls).toHaveLength(1);
    await engine.finish();
    expect(engine.calls[1]?.request.budget).toBe(16);
    expect(store.state.activity.kind).toBe('idle');
    change({ budget: 3 });
    expect(engine.calls[1]?.request.signal?.aborted).toBe(true);
    await settled();
    expect(engine.calls[2]?.request.budget).toBe(3);
    await engine.finish();
    expect(store.state.image?.settings.budget).toBe(3);
    expect(engine.calls[3]?.request.budget).toBe(16);
    await engine.finish();
    expect((await aside).settings.budget).toBe(16);
    expect(store.state.image?.settings.budget).toBe(3);
  });

  it('draws several aside one after another, and all of them after a picture of the user’s', async () => {
    const { engine, controller, change } = await start();
    const { signal } = new AbortController();
    await engine.finish();
    const asides = [1, 2].map((budget) => controller.drawAside({ ...draft, budget }, signal));
    await settled();
    change({ budget: 3 });
    await settled();
    for (let i = 0; i < 3; i++) await engine.finish();
    expect((await Promise.all(asides)).map(({ settings }) => settings.budget)).toEqual([1, 2]);
    expect(engine.calls.slice(1).map(({ request }) => request.budget)).toEqual([1, 3, 2, 1]);
  });

  it('looks aside likewise, and not with an engine that cannot', async () => {
    const { engine, controller } = await start();
    const { signal } = new AbortController();
    const refused = expect(controller.lookAside({ seed: 1 }, signal)).rejects.toMatchObject({ code: 'unsupported' });
    await engine.finish();
    await refused;
    const attention = vi.fn(async () => ({}) as AttentionMaps);
    Object.assign(engine, { attention });
    await controller.lookAside({ seed: 1 }, signal);
    expect(attention).toHaveBeenCalledExactlyOnceWith({ seed: 1, signal: expect.any(AbortSignal) });
  });

  it('ends what is drawn aside when it is asked to, also while it waits, and with its engine', async () => {
    const { engine, controller } = await start();
    const abort = new AbortController();
    const waiting = controller.drawAside(draft, abort.signal);
    abort.abort();
    await expect(waiting).rejects.toThrow(/abort/i);
    await engine.finish();
    expect(engine.calls).toHaveLength(1);
    const open = controller.drawAside(draft, new AbortController().signal);
    await settled();
    expect(engine.calls).toHaveLength(2);
    controller.hostDisconnected();
    await expect(open).rejects.toThrow('the engine has gone');
  });

  it('sends noise in place of the seed', async () => {
    const { engine, change } = await start();
    await engine.finish();
    const noise = new Float32Array(4);
    change({ noise });
    expect(engine.calls[1]?.request.noise).toBe(noise);
    expect(engine.calls[1]?.request).not.toHaveProperty('seed');
  });

  it('shows a typed error and draws again on retry', async () => {
    const { store, engine, loads, controller } = await start();
    await engine.fail(new ElitError('decoder-failed', 'what', 'do this'));
    expect(store.state.activity).toEqual({
      kind: 'failed',
      error: { code: 'decoder-failed', message: 'what', hint: 'do this' },
    });
    controller.retry();
    expect(engine.calls).toHaveLength(2);
    expect(loads).toHaveBeenCalledTimes(1);
  });

  it('loads again on retry when the engine is at its end, and keeps the settings', async () => {
    const { store, engine, loads, controller, change } = await start();
    await engine.finish();
    change({ budget: 3 });
    const error = new ElitError('webgpu-no-adapter', 'gone', 'retry');
    loads.mock.calls[0]?.[1].onRecovery?.({ state: 'failed', error });
    await engine.fail(error);
    expect(engine.dispose).toHaveBeenCalledOnce();
    expect(store.state).toMatchObject({
      activity: { kind: 'failed', error: { code: 'webgpu-no-adapter' } },
      image: { settings: { budget: 8 } },
    });
    controller.retry();
    expect(loads).toHaveBeenCalledTimes(2);
    await settled();
    expect(engine.calls.at(-1)?.request.budget).toBe(3);
  });

  it('says that something is being made good, and that it was, until the user goes on', async () => {
    const { store, engine, loads, change } = await start();
    const { onRecovery } = loads.mock.calls[0]![1];
    const error = new ElitError('gpu-device-lost', 'gone', 'wait');
    onRecovery?.({ state: 'begun', error });
    change({ budget: 3 });
    expect(store.state.mending).toBe('gpu-lost');
    onRecovery?.({ state: 'done', error, info: { ...engine.info, backend: 'webgpu', adapter: 'another' } });
    await engine.finish();
    expect(store.state).toMatchObject({ mending: 'gpu-back', info: { adapter: 'another' } });
    change({ budget: 4 });
    expect(store.state.mending).toBeNull();
  });

  it('says that the processor takes over from a GPU that cannot go on', async () => {
    const { store, engine, loads, change } = await start();
    const { onRecovery } = loads.mock.calls[0]![1];
    const error = new ElitError('gpu-out-of-memory', 'full', 'close others');
    onRecovery?.({ state: 'begun', error });
    expect(store.state.mending).toBe('gpu-failed');
    onRecovery?.({ state: 'done', error, info: { ...engine.info, backend: 'wasm' } });
    expect(store.state).toMatchObject({ mending: 'gpu-replaced', info: { backend: 'wasm' } });
    change({ budget: 4 });
    expect(store.state.mending).toBeNull();
  });

  it('cancels a run without an error, and the image stays', async () => {
    const { store, engine, controller, change } = await start();
    await engine.finish();
    change({ budget: 2 });
    controller.cancel();
    await settled();
    expect(engine.calls[1]?.request.signal?.aborted).toBe(true);
    expect(store.state).toMatchObject({ activity: { kind: 'idle' }, image: { settings: { budget: 8 } } });
  });

  it('cancels a load, and disposes of an engine that arrives all the same', async () => {
    const arrival = new Deferred<Engine>();
    const store = new Store(initialState, reduce);
    const controller = new GenerationController(host, store, () => arrival.promise);
    const loading = controller.load('model/', () => draft);
    controller.cancel();
    expect(store.state.activity.kind).toBe('idle');
    const engine = new HeldEngine();
    arrival.resolve(engine);
    await loading;
    expect(engine.dispose).toHaveBeenCalledOnce();
    expect(store.state.info).toBeNull();
  });

  it('is not disturbed by the old model’s end when a new one is loaded', async () => {
    const next = new Deferred<Engine>();
    const engines = [Promise.resolve<Engine>(new HeldEngine()), next.promise];
    const { store, controller } = await start(() => engines.shift()!);
    void controller.load('other/', () => draft);
    await settled();
    expect(store.state.activity.kind).toBe('loading');
  });

  it('reports a load that fails, wrapping what is not typed', async () => {
    const { store } = await start(async () => {
      throw new Error('unexpected');
    });
    expect(store.state.activity).toMatchObject({ kind: 'failed', error: { code: 'internal', message: 'unexpected' } });
  });
});

describe('GenerationController, while the slider is dragged', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** A controller whose first picture took `ms`. */
  async function dragged(ms: number) {
    const studio = await start();
    const { store, engine, controller } = studio;
    await engine.finish(ms);
    engine.calls.length = 0;
    const move = (budget: number) => {
      store.dispatch({ type: 'draft-changed', patch: { budget } });
      controller.move();
    };
    const calls = () => engine.calls.map(({ request }) => `${request.budget}: ${request.steps}`);
    return { ...studio, move, calls };
  }

  /** Of the 4 steps and few there is nothing to take: with 20, that took 2 s, one is 100 ms. */
  async function slow() {
    const studio = await dragged(400);
    studio.store.dispatch({ type: 'draft-changed', patch: { steps: 20 } });
    return studio;
  }

  it('a fast device draws all steps, once', async () => {
    const { engine, move, calls, controller, store } = await dragged(40);
    move(3);
    await engine.finish();
    controller.rest();
    await vi.runAllTimersAsync();
    expect(calls()).toEqual(['3: 4']);
    expect(store.state).toMatchObject({
      activity: { kind: 'idle' },
      draftImage: null,
      image: { settings: { budget: 3 } },
    });
  });

  it('a slow device draws a draft, and all steps when the slider has not moved for a while', async () => {
    const { store, engine, move, calls } = await slow();
    move(3);
    await engine.finish(400);
    expect(store.state).toMatchObject({
      activity: { kind: 'drawing' },
      draftImage: { settings: { budget: 3, steps: 4 } },
      image: { settings: { budget: 8 } },
    });
    await vi.advanceTimersByTimeAsync(149);
    expect(calls()).toEqual(['3: 4']);
    await vi.advanceTimersByTimeAsync(1);
    expect(calls()).toEqual(['3: 4', '3: 20']);
    expect(store.state.draftImage).not.toBeNull();
    await engine.finish(2000);
    expect(store.state).toMatchObject({
      ...{ activity: { kind: 'idle' }, draftImage: null },
      image: { settings: { budget: 3, steps: 20 } },
    });
  });

  it('letting go is rest at once, and only once', async () => {
    const { engine, controller, move, calls } = await slow();
    move(3);
    await engine.finish(400);
    controller.rest();
    controller.rest();
    await vi.advanceTimersByTimeAsync(1000);
    expect(calls()).toEqual(['3: 4', '3: 20']);
  });

  it('has one call in flight, the last value wins, and a draft may be late while others follow', async () => {
    const { engine, move, calls, controller } = await slow();
    for (const budget of [1, 2, 3, 4, 5]) {
      move(budget);
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(calls()).toEqual(['1: 4']);
    await engine.finish(400);
    expect(calls()).toEqual(['1: 4', '5: 4']);
    controller.rest();
    await engine.finish(400);
    expect(calls()).toEqual(['1: 4', '5: 4', '5: 20']);
    expect(engine.calls.some(({ request }) => request.signal?.aborted)).toBe(false);
  });

  it.each([
    ['that is its own', [2], 600],
    ['of another place', [2, 3], 150],
  ])('the picture at rest waits for a draft %s, but not for long', async (_, budgets, patience) => {
    const { engine, move, controller } = await slow();
    for (const budget of budgets) move(budget);
    controller.rest();
    await vi.advanceTimersByTimeAsync(patience - 1);
    expect(engine.calls).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(engine.calls[0]?.request.signal?.aborted).toBe(true);
    expect(engine.calls.at(-1)?.request).toMatchObject({ budget: budgets.at(-1), steps: 20 });
  });

  it('a picture with all steps gives way to a draft soon', async () => {
    const { engine, move, change, calls } = await slow();
    change({ seed: 1 });
    await vi.advanceTimersByTimeAsync(1000);
    move(3);
    await vi.advanceTimersByTimeAsync(100);
    move(4);
    await vi.advanceTimersByTimeAsync(50);
    expect(calls()).toEqual(['8: 20', '4: 4']);
    expect(engine.calls[0]?.request.signal?.aborted).toBe(true);
  });

  it('cancelled between the draft and the picture, only the last finished image is left', async () => {
    const { store, engine, controller, move, calls } = await slow();
    move(3);
    await engine.finish(400);
    controller.cancel();
    await vi.advanceTimersByTimeAsync(1000);
    expect(calls()).toEqual(['3: 4']);
    expect(store.state).toMatchObject({
      activity: { kind: 'idle' },
      draftImage: null,
      image: { settings: { budget: 8 } },
    });
  });

  it('a draft that fails is not tried again by itself', async () => {
    const { store, engine, move, calls } = await slow();
    move(3);
    await engine.fail(new ElitError('decoder-failed', 'what', 'do this'));
    await vi.advanceTimersByTimeAsync(1000);
    expect(calls()).toEqual(['3: 4']);
    expect(store.state.activity.kind).toBe('failed');
  });

  it('another setting ends the drag: all steps', async () => {
    const { engine, move, change, calls } = await slow();
    move(3);
    await engine.finish(400);
    change({ seed: 2 });
    await vi.advanceTimersByTimeAsync(1000);
    expect(calls()).toEqual(['3: 4', '3: 20']);
  });

  it('previews do not cover a draft of the same picture, but one of another', async () => {
    const { store, engine, controller, move } = await slow();
    const preview = (step: number) => ({
      step,
      steps: 20,
      pixels: { width: 1, height: 1, data: new Uint8ClampedArray(4) },
    });
    const step = async (number: number) => {
      await vi.advanceTimersByTimeAsync(400);
      engine.calls.at(-1)!.request.onStep?.(preview(number));
    };
    move(3);
    await engine.finish(400);
    controller.rest();
    await step(1);
    expect(store.state.preview).toBeNull();
    move(4);
    await vi.advanceTimersByTimeAsync(150);
    controller.rest();
    await vi.advanceTimersByTimeAsync(150);
    await step(2);
    expect(store.state.preview).not.toBeNull();
  });

  it('the first picture’s steps already say how slow the device is', async () => {
    const { store, engine, controller } = await start();
    await vi.advanceTimersByTimeAsync(800);
    const pixels = { width: 1, height: 1, data: new Uint8ClampedArray(4) };
    engine.calls[0]!.request.onStep?.({ step: 2, steps: 4, pixels });
    store.dispatch({ type: 'draft-changed', patch: { budget: 3, steps: 20 } });
    controller.move();
    await vi.advanceTimersByTimeAsync(140);
    await engine.finish(2000);
    expect(engine.calls[1]?.request).toMatchObject({ budget: 3, steps: 4 });
  });
});
