/// <reference lib="webworker" />
import '../../trusted-types.ts';
import type { Pixels } from '../../generator/types.ts';
import { ssim } from './ssim.ts';

/** A pair of pictures to compare, and what came of it. */
export interface Pair {
  readonly id: number;
  readonly a: Pixels;
  readonly b: Pixels;
}
export interface Compared {
  readonly id: number;
  readonly similarity: number;
}

addEventListener('message', ({ data: { id, a, b } }: MessageEvent<Pair>) => {
  postMessage({ id, similarity: ssim(a, b) } satisfies Compared);
});
