import { ElitError } from '../../errors.ts';

/**
 * Asks for a GPU before anything is fetched, so that a browser that cannot draw says so at once.
 * @throws ElitError insecure-context | webgpu-missing | webgpu-no-adapter
 */
export async function preflight(): Promise<void> {
  if (!isSecureContext) {
    throw new ElitError(
      'insecure-context',
      'This page was opened over plain http, where browsers switch WebGPU off.',
      'Open it over https. On the machine that serves it, localhost works too.',
    );
  }
  const gpu: GPU | undefined = navigator.gpu;
  if (gpu === undefined) {
    throw new ElitError(
      'webgpu-missing',
      'The model draws with WebGPU, which this browser does not offer.',
      'Use a current Chrome, Edge, Firefox or Safari, or switch WebGPU on in the browser’s settings.',
    );
  }
  if ((await gpu.requestAdapter()) === null) {
    throw new ElitError(
      'webgpu-no-adapter',
      'This browser has WebGPU, but finds no graphics adapter to use it on.',
      'Switch on hardware acceleration in the browser’s settings, update the graphics driver, and restart the browser.',
    );
  }
}
