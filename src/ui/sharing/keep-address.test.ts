import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { GeneratedImage, ModelInfo } from '../../generator/types.ts';
import { reduce } from '../store/reduce.ts';
import { Store } from '../store/store.ts';
import { type Draft, initialState, type StudioAction } from '../store/studio-state.ts';
import { keepAddress } from './keep-address.ts';
import { SettledController } from './settled-controller.ts';

const info = { name: 'tiny', hash: '0123' } as ModelInfo;
const draft: Draft = { subject: 'cat', style: 'noto', seed: 7, steps: 4, budget: 8, guidance: 1, noise: null };
const drawn = (budget: number, seed: number | null = 7) =>
  ({
    settings: { ...draft, budget, seed, guidance: { kind: 'cfg', scale: 1, budget: 1, interval: [0, 1] } },
  }) as unknown as GeneratedImage;

function page() {
  const replaceState = vi.fn<(state: unknown, _: string, url?: string | URL | null) => void>();
  const bar = { location: { href: 'https://example.org/' }, history: { state: null, replaceState } };
  const host = Object.assign(new EventTarget(), {
    ...{ addController: () => undefined, removeController: () => undefined, requestUpdate: () => undefined },
    updateComplete: Promise.resolve(true),
  });
  const store = new Store(initialState, reduce);
  new SettledController(host, store).hostConnected();
  const stop = keepAddress(host, bar);
  const dispatch = (...actions: StudioAction[]) => {
    for (const action of actions) store.dispatch(action);
  };
  const budgets = () => replaceState.mock.calls.map(([, , url]) => new URL(url!).searchParams.get('budget'));
  dispatch({ type: 'loaded', info, draft }, { type: 'draw-started', steps: 4 });
  return { dispatch, budgets, stop };
}

describe('keepAddress', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('writes the last of the pictures that settled, once', () => {
    const { dispatch, budgets } = page();
    dispatch({ type: 'drawn', image: drawn(3), settled: true }, { type: 'draw-started', steps: 4 });
    dispatch({ type: 'drawn', image: drawn(4), settled: true });
    expect(budgets()).toEqual([]);
    vi.runAllTimers();
    expect(budgets()).toEqual(['4']);
  });

  it('writes nothing for drafts, nor for a picture that a newer one is about to replace', () => {
    const { dispatch, budgets } = page();
    dispatch({ type: 'draft-drawn', image: drawn(3) }, { type: 'drawn', image: drawn(4), settled: false });
    vi.runAllTimers();
    expect(budgets()).toEqual([]);
  });

  it('leaves the address alone for noise of its own, and once it is over', () => {
    const { dispatch, budgets, stop } = page();
    dispatch({ type: 'drawn', image: drawn(3, null), settled: true });
    vi.runAllTimers();
    dispatch({ type: 'drawn', image: drawn(4), settled: true });
    stop();
    vi.runAllTimers();
    expect(budgets()).toEqual([]);
  });
});
