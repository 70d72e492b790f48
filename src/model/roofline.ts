import type { Peaks } from '../gpu/probe/probe.ts';
import type { Tier } from '../kernels/variants.ts';
import { fullBudget, type NetworkConfig } from './config.ts';
import { BYTES_OF } from './dtype.ts';
import { forwardLaunches, type Roofline, rooflineMs } from './launches.ts';
import type { Safetensors } from './safetensors.ts';

/** What a device could do at best with a network. Plain data. */
export interface ForwardLimits {
  /** Measured on the device. */
  readonly device: Roofline;
  /** What a forward of one image at budget k (index k-1) takes at least, ms. */
  readonly forwardMs: readonly number[];
}

/** Which of the measured peaks a tier is held to. */
export function rooflineOf({ f32, f16, bandwidth, launchMs }: Peaks, tier: Tier): Roofline {
  return { flops: tier.startsWith('f16') ? Math.max(f32, f16 ?? 0) : f32, bandwidth, launchMs };
}

/** The estimate of every budget, from what the cost model counts and a device was measured to do. */
export function forwardLimits(config: NetworkConfig, weights: Safetensors, device: Roofline): ForwardLimits {
  const weightBytes = storedWeightBytes(weights);
  const estimate = (kept: number) => rooflineMs(forwardLaunches(config, kept, weightBytes), device);
  return { device, forwardMs: Array.from({ length: fullBudget(config) }, (_, index) => estimate(index + 1)) };
}

/** Bytes of a weight of the blocks, which are nearly all of a network. */
function storedWeightBytes(weights: Safetensors): number {
  const name = weights.names().find((each) => each.endsWith('qkv.weight'));
  return name === undefined ? BYTES_OF.F32 : BYTES_OF[weights.tensor(name).dtype];
}
