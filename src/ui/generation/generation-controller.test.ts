import { describe, expect, it, vi } from 'vitest';
import { ElitError } from '../../errors.ts';
import type { GeneratedImage, GenerateRequest, ModelInfo } from '../../generator/types.ts';
import { Store } from '../store/store.ts';
import { type Draft, initialState, reduce } from '../store/studio-state.ts';
import { type Engine, GenerationController, type LoadEngine } from './generation-controller.ts';

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
  readonly info = { name: 'held' } as ModelInfo;
  readonly calls: { request: GenerateRequest; answer: Deferred<GeneratedImage> }[] = [];
  readonly dispose = vi.fn();

  generate(request: GenerateRequest): Promise<GeneratedImage> {
    const answer = new Deferred<GeneratedImage>();
    request.signal?.addEventListener('abort', () => answer.reject(request.signal?.reason));
    this.calls.push({ request, answer });
    return answer.promise;
  }

  async finish(): Promise<void> {
    const { request, answer } = this.calls.at(-1)!;
    answer.resolve({ settings: { budget: request.budget } } as GeneratedImage);
    await settled();
  }

  async fail(error: unknown): Promise<void> {
    this.calls.at(-1)!.answer.reject(error);
    await settled();
  }
}

const settled = () => new Promise((resolve) => setTimeout(resolve));

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
    expect(store.state.mending).toEqual({ what: 'gpu', isDone: false });
    onRecovery?.({ state: 'done', error });
    await engine.finish();
    expect(store.state.mending).toEqual({ what: 'gpu', isDone: true });
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
