import type { ErrorData } from '../../errors.ts';
import type { ChosenKernels } from '../../generator/network-tuning.ts';
import type {
  EncoderProgress,
  GeneratedImage,
  LoadProgress,
  ModelInfo,
  Pixels,
  Settings,
  StepPreview,
  Variation,
} from '../../generator/types.ts';
import type { Recovery } from '../../generator/workers.ts';
import type { MeasuredLimits } from '../device-panel/limit-words.ts';
import { type DraftGuidance, sameGuidance, wholeGuidance } from '../guidance/guidance.ts';
import { type History, NO_HISTORY } from '../history/history.ts';
import type { MeasuredParts } from '../latency-split/split.ts';
import type { Start } from '../start-picture/start.ts';
import { sameVariation } from '../variation/variation.ts';

/** The settings as the controls hold them. They may be out of range: the generator is the judge of that. */
export interface Draft {
  readonly subject: string;
  /** What to draw in words, beside the subject “any”; never a name that the model knows. */
  readonly prompt?: string | undefined;
  readonly style: string;
  readonly seed: number;
  /** Where the starting noise lies between the seed's and another's. */
  readonly variation?: Variation | undefined;
  readonly steps: number;
  /** Latents a group. */
  readonly budget: number;
  /** A scale alone is CFG. */
  readonly guidance: DraftGuidance;
  /** Starting noise [C·H·W] in place of the seed's, or null. */
  readonly noise: Float32Array | null;
  /** The picture that the drawing begins with; none when null, or not said. */
  readonly start?: Start | null;
}

/** What the studio is doing right now. */
export type Activity =
  | { readonly kind: 'loading'; readonly progress: LoadProgress | null; readonly fraction: number }
  /** `encoder` while the prompt or the picture waits for what reads it, otherwise null. */
  | {
      readonly kind: 'drawing';
      readonly step: number;
      readonly steps: number;
      readonly encoder: EncoderProgress | null;
    }
  | { readonly kind: 'idle' }
  | { readonly kind: 'failed'; readonly error: ErrorData };

/** News of a fault that is being made good without the user, or was. */
export type Mending = 'gpu-lost' | 'gpu-back' | 'gpu-failed' | 'gpu-replaced' | 'worker-lost' | 'worker-back';

export interface StudioState {
  readonly activity: Activity;
  /** null until a model has loaded. */
  readonly info: ModelInfo | null;
  /** null until a model has loaded. */
  readonly draft: Draft | null;
  /** The drafts before this one, and those that were undone. */
  readonly history: History<Draft>;
  /** The last finished image. It stays through cancels and errors. */
  readonly image: GeneratedImage | null;
  /** A picture of few steps, drawn while the slider was dragged, until one of all steps takes its place; or null. */
  readonly draftImage: GeneratedImage | null;
  /** The finished image that the others are compared with, A; or null. */
  readonly pinned: GeneratedImage | null;
  /** The predicted image of the run under way. */
  readonly preview: Pixels | null;
  /** Runs started so far. */
  readonly runs: number;
  /** Kernels by shape, as far as they were measured on this device. */
  readonly kernels: ChosenKernels;
  /** What the device could do at best, once somebody has asked. */
  readonly limits: MeasuredLimits;
  /** What a picture's time was spent on, once somebody has asked. */
  readonly parts: MeasuredParts;
  /** null when nothing happened, or it is no longer news. */
  readonly mending: Mending | null;
}

export type StudioAction =
  | { readonly type: 'load-started' }
  | { readonly type: 'load-progressed'; readonly progress: LoadProgress }
  | { readonly type: 'loaded'; readonly info: ModelInfo; readonly draft: Draft }
  /** `isDrag` for one of the many changes until the next `draft-rested`, which are undone together. */
  | { readonly type: 'draft-changed'; readonly patch: Partial<Draft>; readonly isDrag?: boolean }
  | { readonly type: 'draft-rested' }
  | { readonly type: 'draft-undone' }
  | { readonly type: 'draft-redone' }
  | { readonly type: 'draw-started'; readonly steps: number }
  | { readonly type: 'encoder-progressed'; readonly progress: EncoderProgress }
  | { readonly type: 'stepped'; readonly preview: StepPreview; readonly show: boolean }
  /** `settled` is false when a newer request is already waiting. */
  | { readonly type: 'drawn'; readonly image: GeneratedImage; readonly settled: boolean }
  | { readonly type: 'draft-drawn'; readonly image: GeneratedImage }
  /** The last finished image becomes A. */
  | { readonly type: 'pinned' }
  | { readonly type: 'unpinned' }
  | { readonly type: 'tuned'; readonly kernels: ChosenKernels }
  | { readonly type: 'limits-measured'; readonly limits: MeasuredLimits }
  | { readonly type: 'parts-measured'; readonly parts: MeasuredParts }
  | { readonly type: 'cancelled' }
  | { readonly type: 'recovered'; readonly recovery: Recovery }
  | { readonly type: 'failed'; readonly error: ErrorData };

export const initialState: StudioState = {
  activity: { kind: 'idle' },
  info: null,
  draft: null,
  history: NO_HISTORY,
  image: null,
  draftImage: null,
  pinned: null,
  preview: null,
  runs: 0,
  kernels: {},
  limits: null,
  parts: null,
  mending: null,
};

/** The public `data-state` of the image. */
export type ImageState = 'busy' | 'done' | 'error';

export function imageState(activity: Activity): ImageState {
  if (activity.kind === 'failed') return 'error';
  return activity.kind === 'idle' ? 'done' : 'busy';
}

/** Whether the image shows what the controls say; false after a cancelled run. */
export function isCurrent({ image, draft }: StudioState): boolean {
  if (image === null || draft === null) return false;
  return image.settings.steps === draft.steps && showsSettings(image.settings, draft);
}

/** Whether a picture shows what the controls say, whatever its steps. */
export function showsSettings(shown: Settings, draft: Draft): boolean {
  return (
    shown.subject === draft.subject &&
    shown.prompt === draft.prompt &&
    shown.style === draft.style &&
    shown.budget === draft.budget &&
    shown.picture === draft.start?.id &&
    shown.strength === draft.start?.strength &&
    sameGuidance(shown.guidance, wholeGuidance(draft.guidance)) &&
    sameVariation(shown.variation, draft.noise === null ? draft.variation : undefined) &&
    shown.seed === (draft.noise === null ? draft.seed : null)
  );
}
