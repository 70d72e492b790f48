import { ElitError } from '../errors.ts';
import type { Ledger } from './ledger.ts';

export type BindingKind = 'read' | 'write';

/**
 * One compiled variant of a kernel: WGSL, the kinds of its storage bindings in order, and its override constants.
 * Every kernel finds its own parameters as a uniform behind its storage bindings in group 0, and the sampling
 * stage (see `Program`) in group 1.
 */
export interface Kernel {
  readonly name: string;
  readonly code: string;
  readonly bindings: readonly BindingKind[];
  readonly constants: Readonly<Record<string, number>>;
}

/** Compiles each variant once, asynchronously, and hands out the layouts that bind groups are made from. */
export class PipelineCache {
  readonly stageLayout: GPUBindGroupLayout;
  readonly #device: GPUDevice;
  readonly #ledger: Ledger;
  readonly #modules = new Map<string, GPUShaderModule>();
  readonly #layouts = new Map<string, GPUBindGroupLayout>();
  readonly #pipelines = new Map<string, Promise<GPUComputePipeline>>();

  constructor(device: GPUDevice, ledger: Ledger) {
    this.#device = device;
    this.#ledger = ledger;
    this.stageLayout = device.createBindGroupLayout({
      label: 'stage',
      entries: [
        { binding: 0, visibility: GPUShaderStage.COMPUTE, buffer: { type: 'uniform', hasDynamicOffset: true } },
      ],
    });
  }

  layout(kinds: readonly BindingKind[]): GPUBindGroupLayout {
    const key = kinds.join();
    const known = this.#layouts.get(key);
    if (known) return known;
    const storage = kinds.map(
      (kind, binding): GPUBindGroupLayoutEntry => ({
        binding,
        visibility: GPUShaderStage.COMPUTE,
        buffer: { type: kind === 'write' ? 'storage' : 'read-only-storage' },
      }),
    );
    const uniform: GPUBindGroupLayoutEntry = {
      binding: kinds.length,
      visibility: GPUShaderStage.COMPUTE,
      buffer: { type: 'uniform' },
    };
    const layout = this.#device.createBindGroupLayout({ label: key, entries: [...storage, uniform] });
    this.#layouts.set(key, layout);
    return layout;
  }

  /** @throws ElitError gpu-shader with the compiler's words */
  compile(kernel: Kernel): Promise<GPUComputePipeline> {
    const key = `${kernel.name} ${JSON.stringify(kernel.constants)} ${kernel.code.length} ${kernel.code}`;
    const known = this.#pipelines.get(key);
    if (known) return known;
    const pipeline = this.#compile(kernel);
    this.#pipelines.set(key, pipeline);
    return pipeline;
  }

  async #compile(kernel: Kernel): Promise<GPUComputePipeline> {
    const module = this.#module(kernel);
    try {
      const pipeline = await this.#device.createComputePipelineAsync({
        label: kernel.name,
        layout: this.#device.createPipelineLayout({
          label: kernel.name,
          bindGroupLayouts: [this.layout(kernel.bindings), this.stageLayout],
        }),
        compute: { module, entryPoint: 'main', constants: kernel.constants },
      });
      this.#ledger.add(pipeline, 'pipeline', kernel.name);
      return pipeline;
    } catch (cause) {
      const info = await module.getCompilationInfo();
      const words = info.messages.map((message) => `${message.lineNum}: ${message.message}`).join('; ');
      throw new ElitError(
        'gpu-shader',
        `The kernel “${kernel.name}” did not compile: ${words || String(cause)}`,
        'Update the browser and the graphics driver; if it stays, report it with this text.',
        { cause },
      );
    }
  }

  #module(kernel: Kernel): GPUShaderModule {
    const known = this.#modules.get(kernel.code);
    if (known) return known;
    // A faulty module is told of by the pipelines made from it, and shall not end the device as a stray error would.
    this.#device.pushErrorScope('validation');
    const module = this.#device.createShaderModule({ label: kernel.name, code: kernel.code });
    this.#device.popErrorScope().catch(() => undefined); // the device is lost, which is told elsewhere
    this.#modules.set(kernel.code, module);
    return module;
  }
}
