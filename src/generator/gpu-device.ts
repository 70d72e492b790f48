import { GpuDecoder } from '../decoder/decoder.ts';
import { Gpu } from '../gpu/gpu.ts';
import { probePeaks } from '../gpu/probe/probe.ts';
import { defaultVariants } from '../kernels/variants.ts';
import { Network } from '../model/network.ts';
import { forwardLimits, rooflineOf } from '../model/roofline.ts';
import { chooseTier } from '../model/tier.ts';
import { AttentionRun } from '../sampling/attention-run.ts';
import { Sampler } from '../sampling/sampler.ts';
import { asAsked } from './backend-choice.ts';
import type { Device, RunSampler } from './device.ts';
import { NetworkTuning } from './network-tuning.ts';
import { NO_CACHE, type TuningCache } from './tuning-cache.ts';
import type { MemorySaving } from './types.ts';

/**
 * Our own kernels on WebGPU.
 * @param cacheOf keeps what was tuned on an adapter
 * @throws ElitError insecure-context | webgpu-missing | webgpu-no-adapter | gpu-limits
 */
export async function openGpuDevice(
  openGpu: () => Promise<Gpu> = () => Gpu.open(),
  cacheOf: (adapter: string) => TuningCache = () => NO_CACHE,
): Promise<Device> {
  const gpu = await openGpu();
  return {
    backend: 'webgpu',
    name: gpu.adapterName,
    reason: asAsked('webgpu').reason,
    isSoftware: gpu.isSoftware,
    lost: gpu.lost,
    open: async (config, weights) => {
      const choice = await chooseTier(gpu, config, weights);
      const cache = cacheOf(gpu.adapterName);
      const network = await Network.load(gpu, config, weights, await cache.load(defaultVariants(choice.tier, gpu)));
      const { sampler, dispose, memorySavings } = await openSampler(gpu, network);
      return {
        tier: choice,
        memorySavings,
        tuning: new NetworkTuning(gpu, network, cache),
        limits: async (alone) => forwardLimits(config, weights, rooflineOf(await probePeaks(gpu, alone), choice.tier)),
        lookAt: (spec) => AttentionRun.begin(gpu, network, spec),
        begin: (spec) => sampler.begin(spec),
        dispose,
      };
    },
    openDecoder: async (file, latents, image) => {
      const decoder = await GpuDecoder.load(gpu, file, latents, image);
      const decode = (values: Float32Array<ArrayBuffer> | GPUBuffer) => decoder.decode(values);
      return { decode, decodeBuffer: decode, timed: decoder.timed, dispose: () => decoder.dispose() };
    },
    memoryBytes: () => gpu.ledger.count('buffer').bytes,
    dispose: () => gpu.dispose(),
  };
}

/** A sampler with room for guided runs, and what it does without to have it. Frees the network where that fails. */
async function openSampler(
  gpu: Gpu,
  network: Network,
): Promise<{ sampler: Sampler; memorySavings: MemorySaving[]; dispose: RunSampler['dispose'] }> {
  let sampler: Sampler | undefined;
  const dispose = async () => {
    await sampler?.dispose();
    await network.dispose();
  };
  try {
    sampler = await gpu.allocate(() => new Sampler(gpu, network));
    const apart = await sampler.reserve();
    const nothingKept = network.copyShortage;
    const memorySavings: MemorySaving[] = [
      ...(apart ? [{ kind: 'guidance-apart', reason: apart.message } as const] : []),
      ...(nothingKept ? [{ kind: 'nothing-kept', reason: nothingKept.message } as const] : []),
    ];
    return { sampler, memorySavings, dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}
