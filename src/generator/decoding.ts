import type { TimedProgram } from '../gpu/parts.ts';
import type { ImageShape, LatentShape } from '../runtime-onnx/decoder.ts';
import type { Pixels } from './types.ts';

/** Turns latents [C·h·w] into a picture; calls are served in order. */
export interface ImageDecoder {
  /** @throws ElitError 'decoder-failed' */
  decode(latents: Float32Array<ArrayBuffer>): Promise<Pixels>;
  /**
   * Where the decoder is on the GPU that samples: the same, without the latents leaving it. All is queued before this
   * returns, so the buffer may be written again.
   */
  readonly decodeBuffer?: (latents: GPUBuffer) => Promise<Pixels>;
  /** Its launches, where it is on a GPU. */
  readonly timed?: TimedProgram;
  /** Whether sampling stands still meanwhile, because the decoder is on its thread. */
  readonly isInTheWay?: boolean;
  dispose(): void;
}

/** Opens decoder.onnx for latents and pictures of the shapes in model.json. @throws ElitError 'decoder-failed' */
export type OpenDecoder = (
  model: Uint8Array<ArrayBuffer>,
  latents: LatentShape,
  image: ImageShape,
) => Promise<ImageDecoder>;

/**
 * The picture of latents that are in `buffer`, if the run has them on a GPU, and can be had as numbers by `read`.
 * @throws ElitError 'decoder-failed' | 'gpu-device-lost'; or the signal's reason when it aborted before the latents were
 * there, in which case they are not decoded
 */
export async function decodeLatents(
  decoder: ImageDecoder,
  { buffer, read }: { buffer: GPUBuffer | undefined; read: () => Promise<Float32Array<ArrayBuffer>> },
  signal?: AbortSignal,
): Promise<Pixels> {
  if (decoder.decodeBuffer && buffer) return decoder.decodeBuffer(buffer);
  const latents = await read();
  signal?.throwIfAborted();
  return decoder.decode(latents);
}
