import type { ElitError } from '../errors.ts';
import type { NetworkConfig } from '../model/config.ts';
import type { ForwardLimits } from '../model/roofline.ts';
import type { Safetensors } from '../model/safetensors.ts';
import type { TierChoice } from '../model/tier.ts';
import type { RunSpec } from '../sampling/sampling-run.ts';
import type { LookedAtRun } from './attention.ts';
import type { OpenDecoder } from './decoding.ts';
import type { Exclusively } from './idle-tuning.ts';
import type { KernelTuning } from './network-tuning.ts';
import type { Run } from './run.ts';
import type { Backend, MemorySaving } from './types.ts';

/** A network that draws, on whichever device. */
export interface RunSampler {
  /** What its kernels use of the GPU; null where there are none. */
  readonly tier: TierChoice | null;
  /** What can be tuned to the device, where anything can. */
  readonly tuning?: KernelTuning;
  /** What it does without for want of memory. */
  readonly memorySavings?: readonly MemorySaving[];
  /** Measures what the device could do at best, one measurement after the other with nothing drawn meanwhile. @throws ElitError gpu-shader | gpu-limits | gpu-out-of-memory */
  readonly limits?: (alone: Exclusively) => Promise<ForwardLimits>;
  /** The same run with where Read and Write look, where that can be told. @throws what `begin` throws */
  readonly lookAt?: (spec: RunSpec) => Promise<LookedAtRun>;
  begin(spec: RunSpec): Promise<Run>;
  dispose(): Promise<void>;
}

/** What a network is run on. */
export interface Device {
  readonly backend: Backend;
  /** For people. */
  readonly name: string;
  /** Why this one draws, a sentence for people. */
  readonly reason: string;
  /** A GPU that the processor plays. */
  readonly isSoftware: boolean;
  /** Settles when the device is lost; nothing can be drawn from then on. */
  readonly lost: Promise<ElitError>;
  /** @throws ElitError weights-mismatch | gpu-limits | gpu-shader | gpu-validation | gpu-out-of-memory | gpu-wrong-values | runtime-failed */
  open(config: NetworkConfig, weights: Safetensors): Promise<RunSampler>;
  /** The image decoder on the device itself. @throws ElitError decoder-failed | gpu-limits | gpu-out-of-memory | gpu-shader */
  readonly openDecoder?: OpenDecoder;
  /** Bytes in buffers of ours, where it has any. */
  readonly memoryBytes?: () => number;
  dispose(): void;
}

export type OpenDevice = () => Promise<Device>;
