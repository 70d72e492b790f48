import { ElitError } from '../errors.ts';
import { Ledger } from './ledger.ts';
import { PipelineCache } from './pipelines.ts';

/** Features taken when the adapter has them; nothing depends on them being there. */
const WANTED_FEATURES: readonly GPUFeatureName[] = ['shader-f16', 'subgroups', 'timestamp-query'];

/** Limits raised to what the adapter offers, so that large models find room; every kernel runs at the defaults. */
const RAISED_LIMITS = ['maxBufferSize', 'maxStorageBufferBindingSize'] as const;

/** What `allocate` looks for; the scope that is opened last is closed, and believed, first. */
const REFUSALS: readonly GPUErrorFilter[] = ['validation', 'out-of-memory'];
/** Adapters that are programs, by name: not every browser marks them as fallbacks. */
const SOFTWARE = /swiftshader|llvmpipe|lavapipe|basic render|\bwarp\b/i;

export interface GpuOptions {
  /** The WebGPU entry point; `navigator.gpu` by default (Node passes its own). */
  readonly gpu?: GPU | undefined;
  readonly powerPreference?: GPUPowerPreference;
  /** Ask for WebGPU's default limits and no features: what the weakest conforming device has. */
  readonly minimal?: boolean;
}

/** A device and what hangs on it: its pipelines and the ledger of what is alive. Knows nothing of images. */
export class Gpu {
  readonly device: GPUDevice;
  /** The adapter as the driver names it, for people. */
  readonly adapterName: string;
  /** The processor plays this GPU. */
  readonly isSoftware: boolean;
  readonly ledger = new Ledger();
  readonly pipelines: PipelineCache;
  /** Settles when the device is lost (not by our own `dispose`), or refuses work it was given: it is done for. */
  readonly lost: Promise<ElitError>;
  readonly #idleReadbacks: GPUBuffer[] = [];
  #disposed = false;
  /** What is made inside `allocate`. */
  #made: GPUBuffer[] | null = null;

  private constructor(device: GPUDevice, info: GPUAdapterInfo) {
    this.device = device;
    this.adapterName = describeAdapter(info);
    this.isSoftware = info.isFallbackAdapter || SOFTWARE.test(this.adapterName);
    this.pipelines = new PipelineCache(device, this.ledger);
    this.lost = new Promise((resolve) => {
      device.lost.then((info) => {
        if (!this.#disposed) resolve(deviceLost(info));
      });
      device.addEventListener('uncapturederror', ({ error }) => resolve(refused(error)));
    });
  }

  /**
   * Opens the adapter and its device.
   * @throws ElitError insecure-context | webgpu-missing | webgpu-no-adapter | gpu-limits
   */
  static async open(options: GpuOptions = {}): Promise<Gpu> {
    const adapter = await requestAdapter(options.gpu ?? browserGpu(), options.powerPreference ?? 'high-performance');
    const minimal = options.minimal ?? false;
    const descriptor: GPUDeviceDescriptor = {
      label: 'elit-web',
      requiredFeatures: minimal ? [] : WANTED_FEATURES.filter((feature) => adapter.features.has(feature)),
      requiredLimits: minimal ? {} : Object.fromEntries(RAISED_LIMITS.map((name) => [name, adapter.limits[name]])),
    };
    const device = await adapter.requestDevice(descriptor).catch((cause: unknown) => {
      throw new ElitError(
        'gpu-limits',
        `The graphics adapter refused a device: ${String(cause)}`,
        'Close other pages that use the GPU, or update the browser and the graphics driver.',
        { cause },
      );
    });
    return new Gpu(device, adapter.info);
  }

  /** A zero-filled buffer in the ledger. @throws ElitError gpu-limits when it is larger than the device allows */
  createBuffer(label: string, bytes: number, usage: GPUBufferUsageFlags): GPUBuffer {
    const { maxBufferSize, maxStorageBufferBindingSize } = this.device.limits;
    const size = Math.ceil(bytes / 16) * 16;
    if (size > Math.min(maxBufferSize, maxStorageBufferBindingSize)) {
      throw new ElitError(
        'gpu-limits',
        `“${label}” needs ${size} bytes in one buffer; this device allows ${Math.min(maxBufferSize, maxStorageBufferBindingSize)}.`,
        'Use a smaller model, or a device with more graphics memory.',
      );
    }
    const buffer = this.device.createBuffer({ label, size, usage });
    this.ledger.add(buffer, 'buffer', label, size);
    this.#made?.push(buffer);
    return buffer;
  }

  /** A storage buffer that kernels read and write and that can be copied from and to. */
  createStorage(label: string, bytes: number): GPUBuffer {
    return this.createBuffer(label, bytes, GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST);
  }

  /** A storage buffer holding `data`. */
  upload(label: string, data: Uint8Array<ArrayBuffer> | Float32Array<ArrayBuffer>): GPUBuffer {
    const buffer = this.createStorage(label, data.byteLength);
    const rest = data.byteLength % 4; // writeBuffer takes whole words
    if (rest === 0) {
      this.device.queue.writeBuffer(buffer, 0, data);
    } else {
      const padded = new Uint8Array(data.byteLength + 4 - rest);
      padded.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
      this.device.queue.writeBuffer(buffer, 0, padded);
    }
    return buffer;
  }

  /**
   * Calls `create`, which makes buffers, and waits for the device's word on them: a refusal ends this call, not the
   * device. The buffers of a call that fails are destroyed. Does not nest.
   * @throws ElitError gpu-out-of-memory | gpu-validation | gpu-device-lost; and what `create` throws
   */
  async allocate<T>(create: () => T): Promise<T> {
    const made: GPUBuffer[] = [];
    for (const filter of REFUSALS) this.device.pushErrorScope(filter);
    let result: { readonly value: T } | { readonly thrown: unknown };
    this.#made = made;
    try {
      result = { value: create() };
    } catch (thrown) {
      result = { thrown };
    }
    this.#made = null;
    // Popped before anything else can run, so that the scopes hold this work alone.
    const popped = Promise.all(REFUSALS.map(() => this.device.popErrorScope()));
    try {
      const refusal = (await popped.catch(scopesLost)).find((error) => error !== null);
      if ('thrown' in result) throw result.thrown;
      if (refusal) throw refused(refusal);
      return result.value;
    } catch (error) {
      for (const buffer of made) this.destroyBuffer(buffer);
      throw error;
    }
  }

  destroyBuffer(buffer: GPUBuffer): void {
    buffer.destroy();
    this.ledger.remove(buffer);
  }

  /** Copies `bytes` of a buffer to the CPU; the copy is queued now, the promise settles when it has arrived. */
  async read(source: GPUBuffer, bytes: number): Promise<Float32Array<ArrayBuffer>> {
    const readback = this.#takeReadback(bytes);
    const encoder = this.device.createCommandEncoder({ label: 'readback' });
    encoder.copyBufferToBuffer(source, 0, readback, 0, bytes);
    this.device.queue.submit([encoder.finish()]);
    try {
      await readback.mapAsync(GPUMapMode.READ, 0, bytes);
      const values = new Float32Array(readback.getMappedRange(0, bytes).slice(0));
      readback.unmap();
      this.#idleReadbacks.push(readback);
      return values;
    } catch (cause) {
      this.destroyBuffer(readback);
      throw new ElitError('gpu-device-lost', 'The GPU went away before a result could be read.', LOST_HINT, { cause });
    }
  }

  /** A buffer to map, an idle one if it is large enough: reading again and again allocates nothing. */
  #takeReadback(bytes: number): GPUBuffer {
    const index = this.#idleReadbacks.findIndex((buffer) => buffer.size >= bytes);
    const [idle] = index < 0 ? [] : this.#idleReadbacks.splice(index, 1);
    return idle ?? this.createBuffer('readback', bytes, GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ);
  }

  dispose(): void {
    this.#disposed = true;
    this.device.destroy();
    this.ledger.clear();
  }
}

const LOST_HINT = 'Draw again: the device is set up anew. If it keeps happening, close other heavy pages.';

function deviceLost(info: GPUDeviceLostInfo): ElitError {
  const detail = info.message ? `: ${info.message}` : '';
  return new ElitError('gpu-device-lost', `The browser lost the connection to the GPU${detail}.`, LOST_HINT);
}

/** A device that is gone answers no scope. */
function scopesLost(cause: unknown): never {
  throw new ElitError('gpu-device-lost', 'The GPU went away while it made room.', LOST_HINT, { cause });
}

function refused(error: GPUError): ElitError {
  if (error instanceof GPUOutOfMemoryError) {
    const hint = 'Close other pages that use the GPU, or use a smaller model.';
    return new ElitError('gpu-out-of-memory', 'The GPU has no memory left for this model.', hint);
  }
  const hint = 'Reload the page; if it stays, update the graphics driver and report this with the details.';
  return new ElitError('gpu-validation', `The GPU refused its work: ${error.message}`, hint);
}

function browserGpu(): GPU {
  if (globalThis.isSecureContext === false) {
    throw new ElitError(
      'insecure-context',
      'This page was opened over plain http, where browsers switch WebGPU off.',
      'Open it over https, or on localhost.',
    );
  }
  const gpu: GPU | undefined = globalThis.navigator?.gpu;
  if (gpu === undefined) {
    throw new ElitError(
      'webgpu-missing',
      'This browser has no WebGPU.',
      'Use a current Chrome, Edge, Firefox or Safari, or switch WebGPU on in its settings.',
    );
  }
  return gpu;
}

async function requestAdapter(gpu: GPU, powerPreference: GPUPowerPreference): Promise<GPUAdapter> {
  const adapter = await gpu.requestAdapter({ powerPreference });
  if (adapter === null) {
    throw new ElitError(
      'webgpu-no-adapter',
      'WebGPU is here, but no graphics adapter answers.',
      'Switch on hardware acceleration in the browser’s settings, update the graphics driver, and restart the browser.',
    );
  }
  return adapter;
}

function describeAdapter(info: GPUAdapterInfo): string {
  const name = [info.vendor, info.architecture, info.device, info.description].filter((part) => part !== '');
  return name.length > 0 ? [...new Set(name)].join(' ') : 'unnamed adapter';
}
