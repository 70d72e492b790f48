import { addressTarget } from './address-target.ts';
import { archiveTarget } from './archive-target.ts';
import { manifestTarget } from './manifest-target.ts';
import { onnxTarget } from './onnx-target.ts';
import { pngTarget } from './png-target.ts';
import { safetensorsTarget } from './safetensors-target.ts';
import type { Target } from './target.ts';

/** Everything that reads what strangers wrote. */
export const TARGETS: readonly Target[] = [
  safetensorsTarget,
  manifestTarget,
  onnxTarget,
  pngTarget,
  archiveTarget,
  addressTarget,
];
