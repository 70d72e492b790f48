/** The generator's dedicated worker without WebGPU: an Engine on WebAssembly behind the protocol. No DOM here. */
import { runtimeFiles } from '../runtime-onnx/runtime-files.ts';
import { openRemoteDecoder } from './decoder-client.ts';
import { Engine } from './engine.ts';
import { serve } from './host.ts';
import { WebSource } from './source.ts';
import { openWasmDevice } from './wasm-device.ts';

declare const self: DedicatedWorkerGlobalScope;

serve(self, (address, onProgress) =>
  Engine.load(new WebSource(address), {
    onProgress,
    openDecoder: openRemoteDecoder,
    openDevice: () => openWasmDevice(runtimeFiles),
  }),
);
