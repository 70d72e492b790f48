/** The generator's dedicated worker: an Engine behind the protocol. No DOM here. */
import '../trusted-types.ts';
import { ElitError } from '../errors.ts';
import { chooseDevice } from './choose-device.ts';
import { openRemoteDecoder } from './decoder-client.ts';
import type { OpenDevice } from './device.ts';
import type { OpenTextEncoder } from './encoder-opening.ts';
import { Engine } from './engine.ts';
import { openGpuDevice } from './gpu-device.ts';
import { serve } from './host.ts';
import { openSource } from './model-store/open-source.ts';
import type { OpenImageEncoder } from './start-picture/picture-reader.ts';
import { browserCache } from './tuning-cache.ts';

declare const self: DedicatedWorkerGlobalScope;

/** Only now, so that nobody with a GPU fetches onnxruntime. */
const openWasm: OpenDevice = async () => {
  const { openWasmDevice, runtimeFiles } = await import('./wasm-backend.ts').catch((cause: unknown) => {
    throw new ElitError(
      'model-network',
      'The program that draws without a GPU did not arrive.',
      'Check the connection, then try again. If the page is old, reload it.',
      { cause },
    );
  });
  return openWasmDevice(runtimeFiles);
};

/** Only now, so that nobody who draws known names fetches it. */
const openTextEncoder: OpenTextEncoder = async (files, text) => {
  const { textEncoderHere, runtimeFiles } = await import('./text-backend.ts').catch((cause: unknown) => {
    throw new ElitError(
      'model-network',
      'The program that reads prompts did not arrive.',
      'Check the connection, then try again. If the page is old, reload it.',
      { cause },
    );
  });
  return textEncoderHere(runtimeFiles)(files, text);
};

/** Only now, so that nobody who begins without a picture fetches it. */
const openImageEncoder: OpenImageEncoder = async (model, image, latents) => {
  const { imageEncoderHere, runtimeFiles } = await import('./start-picture/image-backend.ts').catch(
    (cause: unknown) => {
      throw new ElitError(
        'model-network',
        'The program that reads pictures did not arrive.',
        'Check the connection, then try again. If the page is old, reload it.',
        { cause },
      );
    },
  );
  return imageEncoderHere(runtimeFiles)(model, image, latents);
};

serve(self, async (address, onProgress, choice) =>
  Engine.load(await openSource(address), {
    onProgress,
    openDecoder: openRemoteDecoder,
    openTextEncoder,
    openImageEncoder,
    openDevice: () => chooseDevice(choice, { webgpu: () => openGpuDevice(undefined, browserCache), wasm: openWasm }),
  }),
);
