import type { ErrorData } from '../errors.ts';
import type { ForwardLimits } from '../model/roofline.ts';
import type { AttentionMaps, AttentionRequest, LookProgress } from './attention.ts';
import type { BackendChoice } from './backend-choice.ts';
import type { ChosenKernels } from './network-tuning.ts';
import type { PartTimes } from './part-times.ts';
import type {
  EncoderProgress,
  GeneratedImage,
  GenerateRequest,
  LoadProgress,
  ModelInfo,
  StepPreview,
} from './types.ts';

/** Both sides must speak the same version; a page and a worker from two builds do not. */
export const PROTOCOL = 7;

/** A request without its callbacks and signal. */
export type PlainRequest = Omit<GenerateRequest, 'onStep' | 'onEncoder' | 'signal'>;

/** The same of a look. */
export type PlainAttentionRequest = Omit<AttentionRequest, 'onProgress' | 'signal'>;

/** Plain data, page to worker. `id` counts requests; without a `choice` the worker chooses what draws. */
export type ToWorker =
  | {
      readonly type: 'load';
      readonly protocol: number;
      readonly address: string;
      readonly choice: BackendChoice | null;
    }
  | { readonly type: 'generate'; readonly id: number; readonly request: PlainRequest; readonly previews: boolean }
  | { readonly type: 'attention'; readonly id: number; readonly request: PlainAttentionRequest }
  | { readonly type: 'cancel'; readonly id: number }
  /** What was measured on this device is void. */
  | { readonly type: 'reset-tuning' }
  /** Answered with 'limits'. */
  | { readonly type: 'measure-limits' }
  /** Answered with 'parts'. */
  | { readonly type: 'measure-parts' }
  /** Answered with 'pong' as soon as the worker's thread is free, whatever the GPU does. */
  | { readonly type: 'ping' };

/** Plain data, worker to page. Pixels, latents and maps are transferred, not copied. */
export type FromWorker =
  | { readonly type: 'progress'; readonly progress: LoadProgress }
  | { readonly type: 'loaded'; readonly info: ModelInfo }
  /** The load failed, or a loaded generator came to its end (the GPU was lost). */
  | { readonly type: 'ended'; readonly error: ErrorData }
  | { readonly type: 'pong' }
  /** Kernels were put into use: which serves which shape, as far as that was measured. */
  | { readonly type: 'kernels'; readonly kernels: ChosenKernels }
  /** What the device could do at best; null where that cannot be measured. */
  | { readonly type: 'limits'; readonly limits: ForwardLimits | null }
  /** What the last picture's time was spent on; null where that cannot be measured, undefined where an image came first. */
  | { readonly type: 'parts'; readonly parts: PartTimes | null | undefined }
  /** Of the text encoder, which request `id` waits for. */
  | { readonly type: 'encoder'; readonly id: number; readonly progress: EncoderProgress }
  | { readonly type: 'preview'; readonly id: number; readonly preview: StepPreview }
  | { readonly type: 'looked'; readonly id: number; readonly progress: LookProgress }
  | { readonly type: 'maps'; readonly id: number; readonly maps: AttentionMaps }
  | { readonly type: 'image'; readonly id: number; readonly image: GeneratedImage }
  | { readonly type: 'failed'; readonly id: number; readonly error: ErrorData };

/** The part of a request that can be sent. */
export function plainRequest({ onStep: _, onEncoder: __, signal: ___, ...request }: GenerateRequest): PlainRequest {
  return request;
}

/** The part of a request for maps that can be sent. */
export function plainAttentionRequest({
  onProgress: _,
  signal: __,
  ...request
}: AttentionRequest): PlainAttentionRequest {
  return request;
}

/** What a message hands over instead of copying it. */
export function transferables(message: FromWorker): ArrayBuffer[] {
  if (message.type === 'preview') return [message.preview.pixels.data.buffer];
  if (message.type === 'maps') return [message.maps.read.buffer, message.maps.write.buffer];
  if (message.type === 'image') return [message.image.data.buffer, message.image.latents.buffer];
  return [];
}
