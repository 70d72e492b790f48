import type { ErrorData } from '../../errors.ts';
import type { GeneratedImage, LoadProgress, ModelInfo, Pixels, StepPreview } from '../../generator/types.ts';
import type { Recovery } from '../../generator/workers.ts';
import { loadFraction } from '../format/load-progress.ts';

/** The settings as the controls hold them. They may be out of range: the generator is the judge of that. */
export interface Draft {
  readonly subject: string;
  readonly style: string;
  readonly seed: number;
  readonly steps: number;
  /** Latents a group. */
  readonly budget: number;
  readonly guidance: number;
  /** Starting noise [C·H·W] in place of the seed's, or null. */
  readonly noise: Float32Array | null;
}

/** What the studio is doing right now. */
export type Activity =
  | { readonly kind: 'loading'; readonly progress: LoadProgress | null; readonly fraction: number }
  | { readonly kind: 'drawing'; readonly step: number; readonly steps: number }
  | { readonly kind: 'idle' }
  | { readonly kind: 'failed'; readonly error: ErrorData };

/** A fault that was, or is being, made good without the user. */
export interface Mending {
  readonly what: 'gpu' | 'worker';
  readonly isDone: boolean;
}

export interface StudioState {
  readonly activity: Activity;
  /** null until a model has loaded. */
  readonly info: ModelInfo | null;
  /** null until a model has loaded. */
  readonly draft: Draft | null;
  /** The last finished image. It stays through cancels and errors. */
  readonly image: GeneratedImage | null;
  /** The predicted image of the run under way. */
  readonly preview: Pixels | null;
  /** Runs started so far. */
  readonly runs: number;
  /** null when nothing happened, or it is no longer news. */
  readonly mending: Mending | null;
}

export type StudioAction =
  | { readonly type: 'load-started' }
  | { readonly type: 'load-progressed'; readonly progress: LoadProgress }
  | { readonly type: 'loaded'; readonly info: ModelInfo; readonly draft: Draft }
  | { readonly type: 'draft-changed'; readonly patch: Partial<Draft> }
  | { readonly type: 'draw-started'; readonly steps: number }
  | { readonly type: 'stepped'; readonly preview: StepPreview; readonly show: boolean }
  /** `settled` is false when a newer request is already waiting. */
  | { readonly type: 'drawn'; readonly image: GeneratedImage; readonly settled: boolean }
  | { readonly type: 'cancelled' }
  | { readonly type: 'recovered'; readonly recovery: Recovery }
  | { readonly type: 'failed'; readonly error: ErrorData };

export const initialState: StudioState = {
  activity: { kind: 'idle' },
  info: null,
  draft: null,
  image: null,
  preview: null,
  runs: 0,
  mending: null,
};

export function reduce(state: StudioState, action: StudioAction): StudioState {
  switch (action.type) {
    case 'load-started':
      return { ...state, activity: { kind: 'loading', progress: null, fraction: 0 }, mending: null };
    case 'load-progressed':
      return progressed(state, action.progress);
    case 'loaded':
      return { ...state, activity: { kind: 'idle' }, info: action.info, draft: action.draft };
    case 'draft-changed':
      return changed(state, action.patch);
    case 'draw-started':
      return { ...state, activity: { kind: 'drawing', step: 0, steps: action.steps }, runs: state.runs + 1 };
    case 'stepped':
      return stepped(state, action.preview, action.show);
    case 'drawn':
      return {
        ...state,
        activity: action.settled ? { kind: 'idle' } : state.activity,
        image: action.image,
        preview: null,
      };
    case 'cancelled':
      return { ...state, activity: { kind: 'idle' }, preview: null };
    case 'recovered':
      return recovered(state, action.recovery);
    case 'failed':
      return failed(state, action.error);
  }
}

/** What was made good is no longer news once the user goes on. */
function changed(state: StudioState, patch: Partial<Draft>): StudioState {
  if (state.draft === null) return state;
  const mending = state.mending?.isDone ? null : state.mending;
  return { ...state, draft: { ...state.draft, ...patch }, mending };
}

function recovered(state: StudioState, { state: stage, error }: Recovery): StudioState {
  if (stage === 'failed') return failed(state, error.toData());
  const what = error.code === 'gpu-device-lost' ? 'gpu' : 'worker';
  return { ...state, mending: { what, isDone: stage === 'done' } };
}

/** The error says it all: no second line about it. */
function failed(state: StudioState, error: ErrorData): StudioState {
  return { ...state, activity: { kind: 'failed', error }, preview: null, mending: null };
}

/** Progress never runs backwards, whichever order the phases report in. */
function progressed(state: StudioState, progress: LoadProgress): StudioState {
  if (state.activity.kind !== 'loading') return state;
  const fraction = Math.max(state.activity.fraction, loadFraction(progress));
  return { ...state, activity: { kind: 'loading', progress, fraction } };
}

function stepped(state: StudioState, preview: StepPreview, show: boolean): StudioState {
  if (state.activity.kind !== 'drawing') return state;
  const activity: Activity = { kind: 'drawing', step: preview.step, steps: preview.steps };
  return { ...state, activity, preview: show ? preview.pixels : state.preview };
}

/** The public `data-state` of the image. */
export type ImageState = 'busy' | 'done' | 'error';

export function imageState(activity: Activity): ImageState {
  if (activity.kind === 'failed') return 'error';
  return activity.kind === 'idle' ? 'done' : 'busy';
}

/** Whether the image shows what the controls say; false after a cancelled run. */
export function isCurrent({ image, draft }: StudioState): boolean {
  if (image === null || draft === null) return false;
  const shown = image.settings;
  return (
    shown.subject === draft.subject &&
    shown.style === draft.style &&
    shown.steps === draft.steps &&
    shown.budget === draft.budget &&
    shown.guidance.scale === draft.guidance &&
    shown.seed === (draft.noise === null ? draft.seed : null)
  );
}
