import { create, globals } from 'webgpu';

/** Kept for the life of the process: Dawn goes down with its GPU object, whatever else still uses it. */
let instance: GPU | undefined;

/**
 * Dawn's `navigator.gpu` for Node, one a process. The first call also defines WebGPU's globals (GPUBufferUsage, …).
 * Dawn needs a Vulkan loader on Linux: start programs with `node scripts/run.mjs FILE`, tests with `npm run test:kernels`.
 */
export function nodeGpu(): GPU {
  if (!instance) {
    Object.assign(globalThis, globals);
    instance = create([]);
  }
  return instance;
}
