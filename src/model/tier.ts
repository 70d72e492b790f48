import type { Gpu } from '../gpu/gpu.ts';
import type { NetworkShape } from '../kernels/check/cases.ts';
import { checkKernels } from '../kernels/check/check.ts';
import type { WeightType } from '../kernels/matmul/matmul.ts';
import { TIERS, type Tier } from '../kernels/variants.ts';
import { fullBudget, type NetworkConfig } from './config.ts';
import type { Safetensors } from './safetensors.ts';

/** What a device has to have for a tier. */
const FEATURES: Readonly<Record<Tier, readonly GPUFeatureName[]>> = {
  f32: [],
  'f32-subgroups': ['subgroups'],
  f16: ['shader-f16'],
  'f16-subgroups': ['shader-f16', 'subgroups'],
};

/** A tier that the device offers, but gets wrong. */
export interface StepDown {
  readonly tier: Tier;
  readonly reason: string;
}

/** What a network's kernels use of a device, and what they could not. Plain data. */
export interface TierChoice {
  readonly tier: Tier;
  readonly stepDowns: readonly StepDown[];
}

/**
 * The highest tier that the device has and computes rightly. Rather the first wrong number of a small check at the
 * start than a picture of nothing.
 * @throws ElitError 'gpu-wrong-values' | 'gpu-shader' | 'gpu-validation' when even float32 is wrong
 */
export async function chooseTier(gpu: Gpu, config: NetworkConfig, weights: Safetensors): Promise<TierChoice> {
  const shape = networkShape(config, weights);
  const stepDowns: StepDown[] = [];
  for (const tier of offeredTiers(gpu.device.features)) {
    const fault = await checkKernels(gpu, tier, shape);
    if (fault === null) return { tier, stepDowns };
    if (tier === 'f32') throw fault;
    stepDowns.push({ tier, reason: fault.message });
  }
  throw new RangeError('float32 is offered everywhere');
}

/** Every tier that a device with these features has, the highest first. */
export function offeredTiers(features: ReadonlySet<string>): Tier[] {
  return TIERS.filter((tier) => FEATURES[tier].every((feature) => features.has(feature))).toReversed();
}

function networkShape(config: NetworkConfig, weights: Safetensors): NetworkShape {
  const tokens = config.grid ** 2;
  const group = fullBudget(config);
  const linear = weights.names().filter((name) => name.endsWith('.weight') && !name.startsWith('y_embedder'));
  const types = linear.map((name) => weights.tensor(name).dtype);
  return {
    width: config.hidden,
    headWidth: config.hidden / config.heads,
    tokens,
    fewest: tokens / group,
    group,
    weights: (['F32', 'F16', 'BF16'] satisfies WeightType[]).filter((type) => types.includes(type)),
  };
}
