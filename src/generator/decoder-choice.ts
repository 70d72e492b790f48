import { ElitError, type ErrorCode } from '../errors.ts';
import type { ImageShape, LatentShape } from '../runtime-onnx/decoder.ts';
import type { ImageDecoder, OpenDecoder } from './decoding.ts';
import type { Device } from './device.ts';
import type { DecoderInfo } from './types.ts';

/** What onnxruntime may do better: it knows more operators, and needs no memory of the GPU. */
const CURABLE: readonly ErrorCode[] = [
  'decoder-failed',
  'gpu-limits',
  'gpu-shader',
  'gpu-validation',
  'gpu-out-of-memory',
];

export interface ChosenDecoder extends ImageDecoder {
  readonly info: DecoderInfo;
}

/**
 * The decoder on the device itself where that knows all of its steps, else onnxruntime's.
 * @param openRuntime is called, and onnxruntime downloaded, only then
 * @throws ElitError 'decoder-failed' | 'gpu-device-lost'
 */
export async function chooseDecoder(
  device: Pick<Device, 'backend' | 'openDecoder'>,
  openRuntime: OpenDecoder,
  [file, latents, image]: readonly [Uint8Array<ArrayBuffer>, LatentShape, ImageShape],
): Promise<ChosenDecoder> {
  const runtime = async (why: string | null): Promise<ChosenDecoder> => {
    const info: DecoderInfo = { backend: 'wasm', why };
    return { ...(await openRuntime(file, latents, image)), info };
  };
  if (device.openDecoder === undefined) return runtime(null);
  try {
    const info: DecoderInfo = { backend: device.backend, why: null };
    return { ...(await device.openDecoder(file, latents, image)), info };
  } catch (thrown) {
    const error = ElitError.from(thrown);
    if (device.backend === 'wasm' || !CURABLE.includes(error.code)) throw error;
    return runtime(error.message);
  }
}
