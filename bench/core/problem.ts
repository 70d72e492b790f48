import type { Manifest } from '../../src/model/manifest.ts';
import type { Safetensors } from '../../src/model/safetensors.ts';
import { gaussianNoise } from '../../src/sampling/noise.ts';

/** What every engine is asked: one forward of one image. */
export interface Problem {
  readonly manifest: Manifest;
  readonly weights: Safetensors;
  /** decoder.onnx */
  readonly decoder: Uint8Array;
  /** The state [C, H, W]. */
  readonly image: Float32Array<ArrayBuffer>;
  readonly time: number;
  /** A class of the model. */
  readonly label: number;
}

/** The time is one where neither noise nor image rules; the class is the model's first. */
export function forwardProblem(manifest: Manifest, weights: Safetensors, decoder: Uint8Array): Problem {
  const { channels, height, width } = manifest.latent;
  return { manifest, weights, decoder, image: gaussianNoise(7, channels * height * width), time: 0.6, label: 0 };
}

/** A way to compute that forward. */
export interface Engine {
  readonly name: string;
  /** Milliseconds a forward takes in a chain of `count`, from the first call to the last result. */
  chain(count: number): Promise<number>;
  /** The velocity [C, H, W] of the last one. */
  velocity(): Promise<Float32Array>;
}

/** ‖a - b‖ / ‖b‖ */
export function relativeError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let [difference, size] = [0, 0];
  for (let i = 0; i < b.length; i++) {
    difference += (a[i]! - b[i]!) ** 2;
    size += b[i]! ** 2;
  }
  return Math.sqrt(difference / size);
}
