import { Gpu } from '../gpu/gpu.ts';
import { Network } from '../model/network.ts';
import { Sampler } from '../sampling/sampler.ts';
import type { Device } from './device.ts';

/** Our own kernels on WebGPU. @throws ElitError insecure-context | webgpu-missing | webgpu-no-adapter | gpu-limits */
export async function openGpuDevice(openGpu: () => Promise<Gpu> = () => Gpu.open()): Promise<Device> {
  const gpu = await openGpu();
  return {
    backend: 'webgpu',
    name: gpu.adapterName,
    lost: gpu.lost,
    open: async (config, weights) => {
      const network = await Network.load(gpu, config, weights);
      const sampler = new Sampler(gpu, network);
      return {
        begin: (spec) => sampler.begin(spec),
        dispose: async () => {
          await sampler.dispose();
          await network.dispose();
        },
      };
    },
    dispose: () => gpu.dispose(),
  };
}
