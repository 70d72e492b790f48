/** The generator's dedicated worker: an Engine on WebGPU behind the protocol. No DOM here. */
import { openRemoteDecoder } from './decoder-client.ts';
import { Engine } from './engine.ts';
import { openGpuDevice } from './gpu-device.ts';
import { serve } from './host.ts';
import { WebSource } from './source.ts';

declare const self: DedicatedWorkerGlobalScope;

serve(self, (address, onProgress) =>
  Engine.load(new WebSource(address), { onProgress, openDecoder: openRemoteDecoder, openDevice: openGpuDevice }),
);
