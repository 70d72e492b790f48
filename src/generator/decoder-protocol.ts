import type { ErrorData } from '../errors.ts';
import type { ImageShape, LatentShape } from '../runtime-onnx/decoder.ts';
import type { Pixels } from './types.ts';

/** Plain data, generator worker to decoder worker: the model first, then latents. Answered in order, one for one. A ping may come at any time. */
export type ToDecoder =
  | {
      readonly type: 'open';
      readonly model: Uint8Array<ArrayBuffer>;
      readonly latents: LatentShape;
      readonly image: ImageShape;
    }
  | { readonly type: 'decode'; readonly latents: Float32Array<ArrayBuffer> }
  /** Answered with 'pong' as soon as the worker's thread is free. */
  | { readonly type: 'ping' };

/** Plain data, decoder worker to generator worker. */
export type FromDecoder =
  | { readonly type: 'opened' }
  | { readonly type: 'decoded'; readonly pixels: Pixels }
  | { readonly type: 'failed'; readonly error: ErrorData }
  | { readonly type: 'pong' };
