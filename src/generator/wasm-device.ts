import { lookAt } from '../runtime-onnx/network/look-at.ts';
import { OnnxNetwork } from '../runtime-onnx/network/network.ts';
import { OnnxSampler } from '../runtime-onnx/network/sampler.ts';
import type { RuntimeFiles } from '../runtime-onnx/runtime.ts';
import { asAsked } from './backend-choice.ts';
import { decoderHere } from './decoder-here.ts';
import type { Device } from './device.ts';

/**
 * onnxruntime's WebAssembly on the processor: the same network from the same weights, without WebGPU.
 * @param files where the page serves onnxruntime; Node finds its own
 */
export async function openWasmDevice(files?: RuntimeFiles): Promise<Device> {
  return {
    backend: 'wasm',
    name: 'WebAssembly',
    reason: asAsked('wasm').reason,
    isSoftware: false,
    lost: new Promise(() => undefined), // a processor stays
    open: async (config, weights) => {
      const network = await OnnxNetwork.load(config, weights, files);
      const sampler = new OnnxSampler(network);
      return {
        tier: null,
        begin: (spec) => sampler.begin(spec),
        lookAt: (spec) => lookAt(network, spec),
        dispose: () => network.dispose(),
      };
    },
    // In a worker of its own it would not hold up the sampling; but that is a worker's worker, and Firefox (ESR 140)
    // now and then stands still for good when it starts one.
    openDecoder: decoderHere(files),
    dispose: () => undefined,
  };
}
