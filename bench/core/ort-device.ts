/** A device for onnxruntime alone, with every limit and feature its adapter has, but those in `without`. */
export class OrtDevice {
  readonly device: GPUDevice;

  private constructor(device: GPUDevice) {
    this.device = device;
  }

  static async open(without: readonly string[]): Promise<OrtDevice> {
    const adapter = await navigator.gpu.requestAdapter({ powerPreference: 'high-performance' });
    if (adapter === null) throw new Error('no graphics adapter answers');
    const names = ['maxBufferSize', 'maxStorageBufferBindingSize', 'maxComputeWorkgroupStorageSize'] as const;
    const more = [
      'maxComputeInvocationsPerWorkgroup',
      'maxComputeWorkgroupSizeX',
      'maxStorageBuffersPerShaderStage',
    ] as const;
    const device = await adapter.requestDevice({
      label: 'onnxruntime',
      requiredFeatures: [...adapter.features].filter((name) => !without.includes(name)) as GPUFeatureName[],
      requiredLimits: Object.fromEntries([...names, ...more].map((name) => [name, adapter.limits[name]])),
    });
    return new OrtDevice(device);
  }

  /** A buffer holding `data`, for a tensor of onnxruntime. */
  upload(data: Float32Array): GPUBuffer {
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    const buffer = this.device.createBuffer({ label: 'tensor', size: data.byteLength, usage });
    this.device.queue.writeBuffer(buffer, 0, Float32Array.from(data));
    return buffer;
  }

  async read(source: GPUBuffer, size: number): Promise<Float32Array> {
    const usage = GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ;
    const readback = this.device.createBuffer({ label: 'readback', size, usage });
    const encoder = this.device.createCommandEncoder();
    encoder.copyBufferToBuffer(source, 0, readback, 0, size);
    this.device.queue.submit([encoder.finish()]);
    await readback.mapAsync(GPUMapMode.READ);
    const values = new Float32Array(readback.getMappedRange().slice(0));
    readback.destroy();
    return values;
  }

  dispose(): void {
    this.device.destroy();
  }
}
