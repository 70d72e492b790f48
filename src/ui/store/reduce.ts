import type { ErrorCode, ErrorData } from '../../errors.ts';
import type { EncoderProgress, LoadProgress, ModelInfo, StepPreview } from '../../generator/types.ts';
import type { Recovery } from '../../generator/workers.ts';
import { loadFraction } from '../format/load-progress.ts';
import { NO_HISTORY, recorded, redone, rested, undone } from '../history/history.ts';
import type { Activity, Draft, Mending, StudioAction, StudioState } from './studio-state.ts';

/** What the studio's state becomes by an action. */
export function reduce(state: StudioState, action: StudioAction): StudioState {
  switch (action.type) {
    case 'load-started':
      return {
        ...state,
        activity: { kind: 'loading', progress: null, fraction: 0 },
        draftImage: null,
        kernels: {},
        limits: null,
        parts: null,
        mending: null,
      };
    case 'load-progressed':
      return progressed(state, action.progress);
    case 'loaded':
      return loaded(state, action.info, action.draft);
    case 'draft-changed':
      return changed(state, action.patch, action.isDrag ?? false);
    case 'draft-rested':
      return rest(state);
    case 'draft-undone':
      return moved(state, undone);
    case 'draft-redone':
      return moved(state, redone);
    case 'draw-started':
      return { ...state, activity: drawing(0, action.steps), runs: state.runs + 1 };
    case 'encoder-progressed':
      return encoderProgressed(state, action.progress);
    case 'stepped':
      return stepped(state, action.preview, action.show);
    case 'drawn':
      return {
        ...state,
        activity: action.settled ? { kind: 'idle' } : state.activity,
        image: action.image,
        draftImage: null,
        preview: null,
      };
    case 'draft-drawn':
      return { ...state, draftImage: action.image, preview: null };
    case 'pinned':
      return { ...state, pinned: state.image };
    case 'unpinned':
      return { ...state, pinned: null };
    case 'tuned':
      return { ...state, kernels: action.kernels };
    case 'limits-measured':
      return { ...state, limits: action.limits };
    case 'parts-measured':
      return { ...state, parts: action.parts };
    case 'cancelled':
      return { ...state, activity: { kind: 'idle' }, draftImage: null, preview: null };
    case 'recovered':
      return recovered(state, action.recovery);
    case 'failed':
      return failed(state, action.error);
  }
}

const OVER: readonly Mending[] = ['gpu-back', 'gpu-replaced', 'worker-back'];

/** Another model's settings are no way back; the same model, loaded again, goes on with the draft as it was. */
function loaded(state: StudioState, info: ModelInfo, draft: Draft): StudioState {
  const history = draft === state.draft ? state.history : NO_HISTORY;
  return { ...state, activity: { kind: 'idle' }, info, draft, history };
}

function moved(state: StudioState, step: typeof undone<Draft>): StudioState {
  const found = state.draft && step(state.history, state.draft);
  if (found === null) return state;
  return { ...changed(state, found.value, false), draft: found.value, history: found.history };
}

function rest(state: StudioState): StudioState {
  const history = rested(state.history);
  return history === state.history ? state : { ...state, history };
}

/** What was made good is no longer news once the user goes on. */
function changed(state: StudioState, patch: Partial<Draft>, isDrag: boolean): StudioState {
  if (state.draft === null) return state;
  const isOver = state.mending !== null && OVER.includes(state.mending);
  const mending = isOver ? null : state.mending;
  const draft = { ...state.draft, ...patch };
  const history = isSame(draft, state.draft) ? state.history : recorded(state.history, state.draft, isDrag);
  return { ...state, draft, history, mending };
}

function isSame(a: Draft, b: Draft): boolean {
  return (Object.keys({ ...a, ...b }) as (keyof Draft)[]).every((key) => Object.is(a[key], b[key]));
}

function recovered(state: StudioState, recovery: Recovery): StudioState {
  if (recovery.state === 'failed') return failed(state, recovery.error.toData());
  const { code } = recovery.error;
  if (recovery.state === 'begun') return { ...state, mending: BEGUN[code] ?? 'gpu-failed' };
  // Before the first picture `loaded` brings the model, with its draft.
  const info = state.info && recovery.info;
  // Another device may draw now; and a request that the old worker still owed is not answered.
  const after = { ...state, info, limits: null, parts: null };
  if (code === 'worker-failed') return { ...after, mending: 'worker-back' };
  return { ...after, mending: recovery.info.backend === 'wasm' ? 'gpu-replaced' : 'gpu-back' };
}

const BEGUN: Partial<Record<ErrorCode, Mending>> = { 'gpu-device-lost': 'gpu-lost', 'worker-failed': 'worker-lost' };

/** The error says it all: no second line about it. */
function failed(state: StudioState, error: ErrorData): StudioState {
  return { ...state, activity: { kind: 'failed', error }, draftImage: null, preview: null, mending: null };
}

/** Progress never runs backwards, whichever order the phases report in. */
function progressed(state: StudioState, progress: LoadProgress): StudioState {
  if (state.activity.kind !== 'loading') return state;
  const fraction = Math.max(state.activity.fraction, loadFraction(progress));
  return { ...state, activity: { kind: 'loading', progress, fraction } };
}

function encoderProgressed(state: StudioState, encoder: EncoderProgress): StudioState {
  return state.activity.kind === 'drawing' ? { ...state, activity: { ...state.activity, encoder } } : state;
}

function drawing(step: number, steps: number): Activity {
  return { kind: 'drawing', step, steps, encoder: null };
}

function stepped(state: StudioState, preview: StepPreview, show: boolean): StudioState {
  if (state.activity.kind !== 'drawing') return state;
  const activity = drawing(preview.step, preview.steps);
  return { ...state, activity, preview: show ? preview.pixels : state.preview };
}
