import { describe, expect, it, vi } from 'vitest';
import type { GeneratedImage, ModelInfo } from '../../generator/types.ts';
import { reduce } from '../store/reduce.ts';
import { Store } from '../store/store.ts';
import { type Draft, initialState } from '../store/studio-state.ts';
import { TargetLatencyController } from './target-latency-controller.ts';
import { targetWords } from './words.ts';

const info = { flopShare: [0.25, 0.5, 0.75, 1], maxBudget: 4 } as Partial<ModelInfo> as ModelInfo;
const NONE = { kind: 'none', scale: 1, budget: 1, interval: [0, 1] } as const;
const CFG = { ...NONE, kind: 'cfg', scale: 2 } as const;
const draft: Draft = { subject: 'cat', style: 'noto', seed: 7, steps: 20, budget: 4, guidance: NONE, noise: null };

/** A studio whose device takes `forwardMs` a forward at the full budget, and 10 ms on top. */
class Bench {
  readonly store = new Store(initialState, reduce);
  readonly draw = vi.fn();
  readonly target: TargetLatencyController;
  forwardMs = 10;

  constructor() {
    const host = { addController: vi.fn(), removeController: vi.fn(), requestUpdate: vi.fn() };
    this.target = new TargetLatencyController(
      { ...host, updateComplete: Promise.resolve(true) },
      this.store,
      this.draw,
    );
    this.target.hostConnected();
    this.load();
  }

  get draft(): Draft {
    return this.store.state.draft!;
  }

  get words(): string {
    return targetWords(this.target.mode);
  }

  load(): void {
    this.store.dispatch({ type: 'load-started' });
    this.store.dispatch({ type: 'loaded', info: { ...info }, draft: this.store.state.draft ?? draft });
  }

  /** The picture of the draft, finished. */
  finish(): void {
    const { budget, steps, guidance } = this.draft;
    const calls = typeof guidance === 'object' && guidance.kind === 'cfg' ? 2 : 1;
    const sampling = this.forwardMs * info.flopShare[budget - 1]! * steps * calls;
    const image = {
      settings: { ...this.draft, guidance, solver: 'euler' },
      timing: { total: sampling + 10, sampling, decoding: 10 },
    } as unknown as GeneratedImage;
    this.draw.mockClear();
    this.store.dispatch({ type: 'drawn', image, settled: true });
  }
}

describe('the target latency', () => {
  it('is kept by the highest budget that meets it, which is drawn and then measured', () => {
    const bench = new Bench();
    bench.finish(); // 210 ms
    bench.target.switch(true);
    expect(bench.draft).toMatchObject({ budget: 1, steps: 20 });
    expect(bench.words).toBe('Budget 1, 20 steps: about 60 ms expected');
    expect(bench.draw).toHaveBeenCalledOnce();
    bench.finish();
    expect(bench.words).toBe('Budget 1, 20 steps: 60 ms measured');
    expect(bench.draw).not.toHaveBeenCalled();
    bench.target.aim(120);
    expect(bench.draft).toMatchObject({ budget: 2, steps: 20 });
    expect(bench.draw).toHaveBeenCalledOnce();
  });

  it('takes steps away where no budget meets it, gives them back, and says when nothing does', () => {
    const bench = new Bench();
    bench.finish();
    bench.target.aim(40);
    expect(bench.draft.budget).toBe(4);
    bench.target.switch(true);
    expect(bench.draft).toMatchObject({ budget: 1, steps: 12 });
    bench.target.aim(20);
    bench.finish();
    expect(bench.draft).toMatchObject({ budget: 1, steps: 8 });
    expect(bench.words).toBe('The fastest here takes 30 ms: budget 1, 8 steps');
    bench.target.switch(false);
    bench.target.switch(true);
    bench.target.aim(1000);
    expect(bench.draft).toMatchObject({ budget: 4, steps: 20 });
  });

  it('follows guidance before the picture is drawn, without drawing it itself', () => {
    const bench = new Bench();
    bench.finish();
    bench.target.aim(220);
    bench.target.switch(true);
    expect(bench.draft.budget).toBe(4);
    bench.draw.mockClear();
    bench.store.dispatch({ type: 'draft-changed', patch: { guidance: CFG } });
    expect(bench.draft.budget).toBe(2);
    expect(bench.draw).not.toHaveBeenCalled();
    bench.store.dispatch({ type: 'draft-changed', patch: { subject: 'dog' } });
    expect(bench.draft.budget).toBe(2);
    expect(bench.target.mode.isOn).toBe(true);
  });

  it('follows a device that has become slower for good, and not one slow picture', () => {
    const bench = new Bench();
    bench.finish();
    bench.target.aim(220);
    bench.target.switch(true);
    bench.finish();
    bench.forwardMs = 14;
    bench.finish();
    expect(bench.draft.budget).toBe(4);
    bench.finish();
    bench.finish();
    expect(bench.draft.budget).toBe(3);
  });

  it('is over when somebody else sets budget or steps', () => {
    for (const patch of [{ budget: 3 }, { steps: 19 }]) {
      const bench = new Bench();
      bench.finish();
      bench.target.switch(true);
      bench.store.dispatch({ type: 'draft-changed', patch });
      expect(bench.target.mode).toMatchObject({ isOn: false, isLeft: true });
      expect(bench.draft).toMatchObject(patch);
      bench.finish();
      expect(bench.draft).toMatchObject(patch);
    }
  });

  it('is over just so while it waits for its first picture', () => {
    const bench = new Bench();
    bench.target.switch(true);
    bench.store.dispatch({ type: 'draft-changed', patch: { budget: 3 } });
    expect(bench.target.mode).toMatchObject({ isOn: false, isLeft: true });
    bench.finish();
    expect(bench.draft.budget).toBe(3);
  });

  it('forgets what it measured when the model is loaded again or something else draws', () => {
    const bench = new Bench();
    bench.finish();
    bench.target.switch(true);
    bench.load();
    expect(bench.words).toBe('Waits for a picture, to see how long one takes here');
    bench.forwardMs = 1;
    bench.finish();
    expect(bench.draft).toMatchObject({ budget: 4, steps: 20 });
    bench.finish();
    const slower = { ...info, backend: 'wasm' as const };
    const error = { code: 'gpu-device-lost' };
    bench.store.dispatch({ type: 'recovered', recovery: { state: 'done', error, info: slower } as never });
    expect(bench.target.mode).toMatchObject({ isOn: true, choice: null });
  });

  it('outlives a cancelled picture, and is undone as one', () => {
    const bench = new Bench();
    bench.finish();
    bench.target.switch(true);
    bench.store.dispatch({ type: 'draw-started', steps: 20 });
    bench.store.dispatch({ type: 'cancelled' });
    expect(bench.target.mode.isOn).toBe(true);
    expect(bench.words).toContain('expected');
    bench.finish();
    expect(bench.store.state.history.past).toHaveLength(1);
    bench.store.dispatch({ type: 'draft-undone' });
    expect(bench.draft).toMatchObject({ budget: 4, steps: 20 });
    expect(bench.target.mode).toMatchObject({ isOn: false, isLeft: true });
  });

  it('asks for a picture where none was measured', () => {
    const bench = new Bench();
    bench.target.switch(true);
    expect(bench.draw).toHaveBeenCalledOnce();
  });
});
