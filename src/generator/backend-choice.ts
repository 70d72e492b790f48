import type { ErrorCode } from '../errors.ts';
import type { Backend } from './types.ts';

/** What draws, and a sentence for people that says why. */
export interface BackendChoice {
  readonly backend: Backend;
  readonly reason: string;
}

/** The caller left no choice. */
export function asAsked(backend: Backend): BackendChoice {
  return { backend, reason: backend === 'wasm' ? 'Drawn by the CPU, as asked.' : 'Drawn by the GPU, as asked.' };
}

export const HARDWARE: BackendChoice = { backend: 'webgpu', reason: 'Drawn by the GPU.' };

/**
 * The choice between a GPU that is software and WebAssembly, from milliseconds of the same forward on each. One that
 * could not be measured takes Infinity.
 */
export function fasterOf({ webgpu, wasm }: Readonly<Record<Backend, number>>): BackendChoice {
  const backend = webgpu < wasm ? 'webgpu' : 'wasm';
  const other = backend === 'wasm' ? 'this machine’s software GPU' : 'WebAssembly';
  const times = Math.max(webgpu, wasm) / Math.min(webgpu, wasm);
  const how = Number.isFinite(times)
    ? `${times.toFixed(1)} times as fast as ${other}`
    : `${other} could not be measured`;
  return { backend, reason: `Drawn by ${backend === 'wasm' ? 'the CPU' : 'a GPU in software'}: ${how}.` };
}

/** Faults of the GPU that drawing on the processor does not have, and what to say then. */
const WITHOUT_GPU: Partial<Record<ErrorCode, string>> = {
  'insecure-context': 'Drawn by the CPU: plain http switches WebGPU off. Use https.',
  'webgpu-missing': 'Drawn by the CPU: this browser has no WebGPU.',
  'webgpu-no-adapter': 'Drawn by the CPU: WebGPU finds no graphics card here.',
  'gpu-limits': 'Drawn by the CPU: the graphics card is too small for the model.',
  'gpu-shader': 'Drawn by the CPU: the graphics driver refuses our programs.',
  'gpu-validation': 'Drawn by the CPU: the graphics driver refused its work.',
  'gpu-wrong-values': 'Drawn by the CPU: the graphics driver computes wrongly.',
  'gpu-out-of-memory': 'Drawn by the CPU: the GPU ran out of memory.',
  'gpu-device-lost': 'Drawn by the CPU: the GPU was lost again and again.',
};

/** What to do without the GPU that failed with `code`; undefined where the GPU was not at fault. */
export function withoutGpu(code: ErrorCode): BackendChoice | undefined {
  const reason = WITHOUT_GPU[code];
  return reason === undefined ? undefined : { backend: 'wasm', reason };
}
