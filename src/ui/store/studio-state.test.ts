import { describe, expect, it } from 'vitest';
import { ElitError } from '../../errors.ts';
import type { GeneratedImage, ModelInfo, Pixels, Settings } from '../../generator/types.ts';
import { loadFraction } from '../format/load-progress.ts';
import { reduce } from './reduce.ts';
import { Store } from './store.ts';
import { type Draft, imageState, initialState, isCurrent, type StudioAction } from './studio-state.ts';

const draft: Draft = { subject: 'cat', style: 'noto', seed: 7, steps: 4, budget: 8, guidance: 1, noise: null };
const settings: Settings = {
  ...{ subject: 'cat', style: 'noto', seed: 7, steps: 4, budget: 8, solver: 'euler' },
  guidance: { kind: 'cfg', scale: 1, budget: 1, interval: [0, 1] },
};
const pixels: Pixels = { width: 1, height: 1, data: new Uint8ClampedArray(4) };
const image = { ...pixels, settings } as GeneratedImage;
const preview = { step: 2, steps: 4, pixels };
const error = { code: 'internal', message: 'm', hint: 'h' } as const;

function stateAfter(...actions: StudioAction[]) {
  const store = new Store(initialState, reduce);
  for (const action of actions) store.dispatch(action);
  return store.state;
}

const loaded: StudioAction = { type: 'loaded', info: {} as ModelInfo, draft };
const drawing: StudioAction = { type: 'draw-started', steps: 4 };
const drawn: StudioAction = { type: 'drawn', image, settled: true };

describe('the state of the studio', () => {
  it('lets progress only grow, in whichever order the phases report', () => {
    const weights = { type: 'load-progressed', progress: { phase: 'weights', done: 1, total: 2 } } as const;
    const manifest = { type: 'load-progressed', progress: { phase: 'manifest', done: 1, total: 1 } } as const;
    const state = stateAfter({ type: 'load-started' }, weights, manifest);
    expect(state.activity).toEqual({
      kind: 'loading',
      progress: manifest.progress,
      fraction: loadFraction(weights.progress),
    });
  });

  it('forgets the limits of a device with the model, and when another may have taken its place', () => {
    const measured: StudioAction = { type: 'limits-measured', limits: 'none' };
    expect(stateAfter(loaded, measured, drawing).limits).toBe('none');
    expect(stateAfter(loaded, measured, { type: 'load-started' }).limits).toBeNull();
    for (const code of ['worker-failed', 'gpu-device-lost'] as const) {
      const fault = new ElitError(code, 'm', 'h');
      const recovery = { state: 'done', error: fault, info: {} as ModelInfo } as const;
      expect(stateAfter(loaded, measured, { type: 'recovered', recovery }).limits).toBeNull();
    }
  });

  it('keeps the image through a failure, a cancel and a new run', () => {
    for (const last of [{ type: 'failed', error }, { type: 'cancelled' }, drawing] as const) {
      expect(stateAfter(loaded, drawing, drawn, drawing, last).image).toBe(image);
    }
  });

  it('drops the preview when a run ends, however it ends', () => {
    const stepped: StudioAction = { type: 'stepped', preview, show: true };
    expect(stateAfter(loaded, drawing, stepped).preview).toBe(pixels);
    for (const last of [drawn, { type: 'cancelled' }, { type: 'failed', error }] as const) {
      expect(stateAfter(loaded, drawing, stepped, last).preview).toBeNull();
    }
  });

  it('counts steps without showing previews that are held back, and ignores those that come too late', () => {
    const hidden: StudioAction = { type: 'stepped', preview, show: false };
    expect(stateAfter(loaded, drawing, hidden)).toMatchObject({ preview: null, activity: { step: 2, steps: 4 } });
    expect(stateAfter(loaded, drawing, drawn, hidden).activity).toEqual({ kind: 'idle' });
  });

  it('stays busy after an image when a newer request waits', () => {
    expect(imageState(stateAfter(loaded, drawing, { ...drawn, settled: false }).activity)).toBe('busy');
    expect(imageState(stateAfter(loaded, drawing, drawn).activity)).toBe('done');
    expect(imageState(stateAfter({ type: 'failed', error }).activity)).toBe('error');
  });

  it('knows whether the image is the one that the controls ask for', () => {
    expect(isCurrent(stateAfter(loaded, drawing))).toBe(false);
    expect(isCurrent(stateAfter(loaded, drawing, drawn))).toBe(true);
    for (const patch of [{ budget: 9 }, { guidance: 2 }, { noise: new Float32Array(1) }]) {
      expect(isCurrent(stateAfter(loaded, drawing, drawn, { type: 'draft-changed', patch }))).toBe(false);
    }
  });

  it('takes the picture that the drawing begins with for a setting like any other', () => {
    const start = { name: 'a.png', pixels, id: '0badcafe', strength: 0.5 };
    const change: StudioAction = { type: 'draft-changed', patch: { start } };
    expect(isCurrent(stateAfter(loaded, drawing, drawn, change))).toBe(false);
    const begun = { ...image, settings: { ...settings, picture: start.id, strength: 0.5 } };
    expect(isCurrent(stateAfter(loaded, change, { ...drawn, image: begun }))).toBe(true);
    const other: StudioAction = { type: 'draft-changed', patch: { start: { ...start, strength: 0.6 } } };
    expect(isCurrent(stateAfter(loaded, change, { ...drawn, image: begun }, other))).toBe(false);
    const undo: StudioAction = { type: 'draft-undone' };
    expect(stateAfter(loaded, change, other, undo).draft?.start).toBe(start);
    expect(stateAfter(loaded, change, other, undo, undo).draft?.start ?? null).toBeNull();
    expect(stateAfter(loaded, change, undo, { type: 'draft-redone' }).draft?.start).toBe(start);
  });

  it('undoes and redoes drafts: a drag at once, and no change that changed nothing', () => {
    const to = (patch: Partial<Draft>, isDrag = false): StudioAction => ({ type: 'draft-changed', patch, isDrag });
    const drags = [to({ budget: 7 }, true), to({ budget: 6 }, true), to({ budget: 5 }, true)];
    const rested: StudioAction = { type: 'draft-rested' };
    const undo: StudioAction = { type: 'draft-undone' };
    const changes = [loaded, to({ seed: 1 }), to({ seed: 1 }), ...drags, rested, to({ budget: 4 }, true)];
    const drafts = [[], [undo], [undo, undo], [undo, undo, undo], [undo, undo, undo, undo]].map(
      (undos) => stateAfter(...changes, ...undos).draft,
    );
    expect(drafts.map((at) => [at?.seed, at?.budget])).toEqual([
      [1, 4],
      [1, 5],
      [1, 8],
      [7, 8],
      [7, 8],
    ]);
    const again = stateAfter(...changes, undo, undo, { type: 'draft-redone' });
    expect([again.draft?.budget, again.history.past.length, again.history.future.length]).toEqual([5, 2, 1]);
  });

  it('brings a subject back without the prompt that came after it', () => {
    const prompted: StudioAction = { type: 'draft-changed', patch: { subject: 'any', prompt: 'a dragon' } };
    expect(stateAfter(loaded, prompted).draft).toMatchObject({ subject: 'any', prompt: 'a dragon' });
    const back = stateAfter(loaded, prompted, { type: 'draft-undone' });
    expect(back.draft).toEqual(draft);
    expect(reduce(back, { type: 'draft-redone' }).draft?.prompt).toBe('a dragon');
  });

  it('knows of another prompt that the image does not show it', () => {
    const state = stateAfter(loaded, drawing, drawn);
    const prompted = { ...draft, subject: 'any', prompt: 'a dragon' };
    expect(isCurrent({ ...state, draft: prompted })).toBe(false);
    const shown = { ...image, settings: { ...settings, subject: 'any', prompt: 'a dragon' } };
    expect(isCurrent({ ...state, draft: prompted, image: shown })).toBe(true);
    expect(isCurrent({ ...state, draft: { ...prompted, prompt: undefined }, image: shown })).toBe(false);
  });

  it('tells of the encoder that a prompt waits for, until the first step', () => {
    const progress = { done: 1, total: 2 };
    const waiting: StudioAction = { type: 'encoder-progressed', progress };
    expect(stateAfter(loaded, drawing, waiting).activity).toMatchObject({ kind: 'drawing', encoder: progress });
    const stepped: StudioAction = { type: 'stepped', preview, show: false };
    expect(stateAfter(loaded, drawing, waiting, stepped).activity).toMatchObject({ step: 2, encoder: null });
    expect(stateAfter(loaded, drawing, { type: 'cancelled' }, waiting).activity).toEqual({ kind: 'idle' });
  });

  it('keeps the way back when the same model is loaded again, and not to another one’s settings', () => {
    const change: StudioAction = { type: 'draft-changed', patch: { seed: 1 } };
    const before = stateAfter(loaded, change);
    expect(reduce(before, { ...loaded, draft: before.draft! }).history.past).toEqual([draft]);
    expect(reduce(before, { ...loaded, draft: { ...draft } }).history.past).toEqual([]);
  });

  it('keeps a pinned image through new ones, until it is unpinned', () => {
    const other = { ...image } as GeneratedImage;
    const next: StudioAction = { type: 'drawn', image: other, settled: true };
    expect(stateAfter(loaded, drawing, drawn, { type: 'pinned' }, drawing, next)).toMatchObject({
      pinned: image,
      image: other,
    });
    expect(stateAfter(loaded, drawing, drawn, { type: 'pinned' }, { type: 'unpinned' }).pinned).toBeNull();
  });

  it('tells subscribers until they leave, and only of changes', () => {
    const store = new Store(initialState, reduce);
    let calls = 0;
    const leave = store.subscribe(() => calls++);
    store.dispatch({ type: 'draft-changed', patch: { budget: 1 } }); // there is no draft yet
    expect(calls).toBe(0);
    store.dispatch(loaded);
    leave();
    store.dispatch(drawing);
    expect(calls).toBe(1);
  });
});
