import type { LoadPhase } from '../../src/generator/types.ts';
import type { PartFigures } from '../../src/gpu/parts.ts';
import type { Peaks } from '../../src/gpu/probe/probe.ts';
import type { Tier } from '../../src/kernels/variants.ts';
import type { DragFigures } from './drag.ts';
import type { Spread } from './statistics.ts';

/** A figure for every budget that was measured, by the latents kept in a group. */
export type ByBudget<T> = Readonly<Record<string, T>>;

/** What the benchmark found. Plain data: this is the JSON. Times are in ms, and medians. */
export interface BenchReport {
  readonly adapter: string;
  readonly tier: Tier;
  readonly browser: string;
  readonly model: string;
  readonly quick: boolean;
  readonly budgets: readonly number[];
  /** One forward of one image. */
  readonly forwardMs: ByBudget<number>;
  /** A whole image with the model's default steps and guidance, from the request to the pixels. */
  readonly imageMs: ByBudget<number>;
  readonly imageSettings: ImageSettings;
  /** The fastest form that computes the right values; null where there is none. */
  readonly ortWebgpuMs: ByBudget<number | null>;
  readonly ortWasmMs: ByBudget<number>;
  /** onnxruntime's time over ours, of forwards taken in turn. */
  readonly ortWebgpuRatio: ByBudget<Spread | null>;
  readonly ortWasmRatio: ByBudget<Spread>;
  /** Launched for one forward, and what of it the method counts relative to the full budget. */
  readonly flops: ByBudget<number>;
  readonly flopShare: ByBudget<number>;
  readonly bytes: ByBudget<number>;
  readonly dispatches: ByBudget<number>;
  /** Time outside kernels as a share of a forward; null without GPU timestamps. */
  readonly overheadShare: ByBudget<number | null>;
  /** Where a forward's time goes, by the GPU's timestamps; null without them. */
  readonly parts: ByBudget<readonly PartFigures[] | null>;
  /** What a forward would take at the device's peaks. */
  readonly rooflineMs: ByBudget<number>;
  /** Time of the smallest budget over that of the largest, in turn, and the same of the FLOPs launched. */
  readonly scaling: { readonly time: Spread; readonly flops: number };
  readonly peaks: Peaks;
  /** Every kernel of a forward at the largest budget, and at the shapes of an XL/2. */
  readonly kernels: readonly KernelFigures[];
  readonly largeKernels: readonly KernelFigures[];
  /** Every kernel of one decode; null where the decoder has a step that our kernels lack, and onnxruntime decodes. */
  readonly decoderKernels: readonly KernelFigures[] | null;
  /** GPU memory of the network and its workspace for one image, in bytes. */
  readonly memoryBytes: number;
  readonly load: LoadFigures;
  readonly ort: OrtFigures;
  /** A drag of the page's slider; only `npm run bench` has a page to drag. */
  readonly drag?: DragFigures;
  /** A first visit by what decodes; only `npm run bench` has a page to visit. */
  readonly firstImage?: Readonly<Record<'ownKernels' | 'onnxruntime', FirstImage>>;
}

/** From the start of the navigation to the first picture, of one step at budget 1. */
export interface FirstImage {
  readonly ms: number;
  /** What was downloaded of onnxruntime, uncompressed. */
  readonly runtimeBytes: number;
}

export interface ImageSettings {
  readonly steps: number;
  readonly guidance: number;
  /** Steps that were drawn; with more than one entry, the time of all of them follows from the time of these. */
  readonly stepsDrawn: readonly number[];
  readonly extrapolated: boolean;
}

export interface KernelFigures {
  /** What it is in a forward, e.g. 'core qkv'. */
  readonly label: string;
  /** The kernel and its variant. */
  readonly kernel: string;
  readonly count: number;
  /** Of one launch. */
  readonly ms: number;
  readonly gflops: number;
  readonly gbps: number;
  /** Of the probe's peaks. */
  readonly arithmeticShare: number;
  readonly bandwidthShare: number;
}

export interface LoadFigures {
  readonly totalMs: number;
  readonly phaseMs: Readonly<Partial<Record<LoadPhase, number>>>;
  /** What the phases that download have fetched. */
  readonly phaseBytes: Readonly<Partial<Record<LoadPhase, number>>>;
}

/** With what onnxruntime ran. */
export interface OrtFigures {
  readonly version: string;
  readonly webgpu: { readonly settings: readonly string[]; readonly forms: ByBudget<readonly OrtFormFigures[]> };
  readonly wasm: { readonly settings: readonly string[]; readonly threads: number };
}

export interface OrtFormFigures {
  readonly form: string;
  readonly ms: number | null;
  /** ‖ours - theirs‖/‖theirs‖ against onnxruntime on WebAssembly; a form that is wrong does not count. */
  readonly error: number | null;
  /** Why it does not count. */
  readonly excluded: string | null;
}
