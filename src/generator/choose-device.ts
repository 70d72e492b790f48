import { type BackendChoice, fasterOf, HARDWARE } from './backend-choice.ts';
import type { Device, OpenDevice } from './device.ts';
import { timeForward } from './forward-time.ts';
import type { Backend } from './types.ts';

/** How long each may take to be measured, ms: what takes longer to start is not the faster one. */
const LIMIT = 6000;

/**
 * Opens what draws. Without a choice that is the GPU; where the GPU is software, the faster of it and WebAssembly,
 * measured on the spot. A real GPU is not measured, and WebAssembly's code not fetched for it.
 * @param choice what was asked for, or decided before; null to decide here
 * @throws ElitError of opening the GPU (see openGpuDevice), or WebAssembly where that was chosen
 */
export async function chooseDevice(
  choice: BackendChoice | null,
  openers: Readonly<Record<Backend, OpenDevice>>,
  time = timeForward,
): Promise<Device> {
  if (choice !== null) return { ...(await openers[choice.backend]()), reason: choice.reason };
  const webgpu = await openers.webgpu();
  if (!webgpu.isSoftware) return { ...webgpu, reason: HARDWARE.reason };
  // One after the other: side by side they would share the cores, and the measurement be of neither.
  const wasm = await openers.wasm();
  const devices = { webgpu, wasm };
  const { backend, reason } = fasterOf({ wasm: await within(time(wasm)), webgpu: await within(time(webgpu)) });
  devices[backend === 'wasm' ? 'webgpu' : 'wasm'].dispose();
  return { ...devices[backend], reason };
}

/** The milliseconds measured, or Infinity where that failed or took too long. */
function within(measurement: Promise<number>): Promise<number> {
  const late = new Promise<number>((resolve) => setTimeout(() => resolve(Number.POSITIVE_INFINITY), LIMIT));
  return Promise.race([measurement.catch(() => Number.POSITIVE_INFINITY), late]);
}
