import type { ErrorData } from '../../errors.ts';
import type { GeneratedImage, LoadProgress, ModelInfo, Pixels, StepPreview } from '../../generator/types.ts';
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
  | { readonly type: 'failed'; readonly error: ErrorData };

export const initialState: StudioState = {
  activity: { kind: 'idle' },
  info: null,
  draft: null,
  image: null,
  preview: null,
  runs: 0,
};

export function reduce(state: StudioState, action: StudioAction): StudioState {
  switch (action.type) {
    case 'load-started':
      return { ...state, activity: { kind: 'loading', progress: null, fraction: 0 } };
    case 'load-progressed':
      return progressed(state, action.progress);
    case 'loaded':
      return { ...state, activity: { kind: 'idle' }, info: action.info, draft: action.draft };
    case 'draft-changed':
      return state.draft === null ? state : { ...state, draft: { ...state.draft, ...action.patch } };
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
    case 'failed':
      return { ...state, activity: { kind: 'failed', error: action.error }, preview: null };
  }
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
