import type { ErrorData } from '../errors.ts';
import type { Tier } from '../kernels/variants.ts';
import type { ForwardCost } from '../model/cost.ts';
import type { Licence, Training } from '../model/manifest.ts';
import type { Figure, MetricName, MetricRun, Metrics } from '../model/metrics.ts';
import type { Subject } from '../model/subjects.ts';
import type { StepDown } from '../model/tier.ts';
import type { Guidance, GuidanceKind } from '../sampling/guidance.ts';
import type { SolverName } from '../sampling/solvers.ts';

export type { Figure, ForwardCost, Licence, MetricName, MetricRun, Metrics, Subject, Training };

/** What a caller asks for. Everything but what to draw has a default from the model's `model.json`. */
export interface GenerateRequest {
  /** A subject's label as listed in the model (case and punctuation may differ); 'any' by default. */
  readonly subject?: string | undefined;
  /**
   * What to draw in words, up to 1,000 characters, instead of a subject; for a model that reads text. The encoder is
   * fetched for the first prompt that is not a known name.
   */
  readonly prompt?: string | undefined;
  /** A style's name as listed in the model; 'any' by default. */
  readonly style?: string | undefined;
  /** 0 .. 2³²-1. The same seed is the same noise everywhere. Drawn at random when neither seed nor noise is given. */
  readonly seed?: number | undefined;
  /** Another seed's noise, and how far to go from the seed's own noise to it; not together with `noise`. */
  readonly variation?: Variation | null | undefined;
  /** Starting noise [C·H·W] instead of a seed; what an SDE adds later is then that of seed 0. */
  readonly noise?: Float32Array | undefined;
  /** Solver steps, 1 .. 1000. */
  readonly steps?: number | undefined;
  /** Latents kept in each group, 1 .. n. */
  readonly budget?: number | undefined;
  /** Guidance scale (1 is off), or the whole of it. */
  readonly guidance?: number | GuidanceRequest | undefined;
  readonly solver?: SolverName | undefined;
  /**
   * A picture to begin with, of any size: it is fitted into the model's, transparent where it leaves a margin. For a
   * model with an encoder, which is fetched for the first one.
   */
  readonly image?: Pixels | undefined;
  /** How much of the drawing is left to the model: above 0, which keeps the picture, to 1, which does without it; 0.6 by default. */
  readonly strength?: number | undefined;
  /** Previews as the steps go by: dropped when late, never waited for. */
  readonly onStep?: ((preview: StepPreview) => void) | undefined;
  /** Told of an encoder on its way, while the prompt or the picture waits for it. */
  readonly onEncoder?: ((progress: EncoderProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** How much of an encoder has arrived, in bytes: the text encoder, unless it says that it reads pictures. */
export interface EncoderProgress {
  readonly reads?: 'pictures';
  readonly done: number;
  readonly total: number;
}

/** A place between the noises of two seeds (see `slerp`): a variation of the picture of either. */
export interface Variation {
  /** The other seed, 0 .. 2³²-1. */
  readonly seed: number;
  /** 0 is the picture's own seed, 1 the other one. */
  readonly amount: number;
}

export interface GuidanceRequest {
  readonly kind: GuidanceKind;
  readonly scale: number;
  /** Latents a group of the guiding call (ccfg and autoguidance); 1 by default. */
  readonly budget?: number | undefined;
  /** Guidance only where low ≤ t ≤ high; [0, 1] by default. */
  readonly interval?: readonly [number, number] | undefined;
}

/** A request with every default filled in and every value checked: what was really used. Plain data. */
export interface Settings {
  /** 'any' where there is a prompt. */
  readonly subject: string;
  /** A text that is not a name the model knows: such a one is the subject. */
  readonly prompt?: string;
  readonly style: string;
  /** null when the caller gave the noise itself; in a model's defaults, for a seed drawn at random. */
  readonly seed: number | null;
  /** Where the starting noise lies between the seed's and another's. */
  readonly variation?: Variation;
  readonly steps: number;
  readonly budget: number;
  readonly guidance: Guidance;
  readonly solver: SolverName;
  /** Only with a picture to begin with: see GenerateRequest. The last round(strength·steps) steps are run. */
  readonly strength?: number;
  /** The picture's fingerprint, which tells it from others. */
  readonly picture?: string;
}

/** RGBA8, straight alpha, rows from the top. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray<ArrayBuffer>;
}

export interface StepPreview {
  /** Steps done, 1 .. steps. */
  readonly step: number;
  /** Steps that are run: fewer than asked for where the drawing begins with a picture. */
  readonly steps: number;
  /** The predicted clean image x - t·v at this step. */
  readonly pixels: Pixels;
}

/** What draws: our own kernels on WebGPU, or onnxruntime's WebAssembly on the processor. */
export const BACKENDS = ['webgpu', 'wasm'] as const;
export type Backend = (typeof BACKENDS)[number];

/** Milliseconds of one image. */
export interface Timing {
  /** From the call to the pixels. */
  readonly total: number;
  /** Sampling: first submit to latents on the CPU. */
  readonly sampling: number;
  readonly decoding: number;
}

export interface GeneratedImage extends Pixels {
  /** The sampled latents [C·H·W] the picture was decoded from. */
  readonly latents: Float32Array<ArrayBuffer>;
  readonly settings: Settings;
  readonly timing: Timing;
  readonly backend: Backend;
}

export type LoadPhase = 'manifest' | 'weights' | 'decoder' | 'compile' | 'warmup';

/** Progress of a load; bytes while downloading, else a count of things done. */
export interface LoadProgress {
  readonly phase: LoadPhase;
  readonly done: number;
  readonly total: number;
}

export interface LoadOptions {
  readonly onProgress?: ((progress: LoadProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What the GPU does otherwise for want of memory: the pictures are the same. Plain data. */
export interface MemorySaving {
  /** The calls of guidance one at a time; head and Read computed again for each image. */
  readonly kind: 'guidance-apart' | 'nothing-kept';
  readonly reason: string;
}

/** What a page needs to know of a loaded model to offer its settings. Plain data. */
export interface ModelInfo {
  readonly name: string;
  /**
   * Tells models of one name apart: 8 hexadecimal digits of the SHA-256 of each file that pictures depend on, which are
   * the weights, the decoder, and where the model has them the encoder of pictures and what reads text.
   */
  readonly hash: string;
  readonly description: string;
  /** Each with its unique label, which a request takes as `subject`. */
  readonly subjects: readonly Subject[];
  readonly styles: readonly string[];
  /** A picture in the model's folder with one square for each style, side by side in their order; or null. */
  readonly stylePictures: string | null;
  /** Whether a request may have a `prompt`. */
  readonly readsText: boolean;
  /** Whether a request may have an `image`. */
  readonly readsPictures: boolean;
  /** Latents of a full group, n: the largest budget. */
  readonly maxBudget: number;
  /** Groups G: budget k keeps G·k tokens. */
  readonly groups: number;
  /** FLOPs of one forward at budget k (index k-1) as a share of the full budget's. */
  readonly flopShare: readonly number[];
  /** How the network is built. */
  readonly network: NetworkFacts;
  readonly image: { readonly width: number; readonly height: number };
  readonly defaults: Settings;
  /** Whose work the model was trained on; to be shown wherever its pictures are. */
  readonly licences: readonly Licence[];
  /** null when the model does not say. */
  readonly training: Training | null;
  /** How good its pictures are at some settings, as measured before it was published; null when the model does not say. */
  readonly metrics: Metrics | null;
  readonly backend: Backend;
  /** Why that one draws: a sentence for people. */
  readonly backendReason: string;
  /** The adapter as the driver names it. */
  readonly adapter: string;
  /** What our kernels use of the GPU; null where they do not draw. */
  readonly tier: Tier | null;
  /** Bytes of GPU buffers once the model was loaded; null where our kernels do not draw. */
  readonly memoryBytes: number | null;
  /** Tiers that the GPU offers but computes wrongly, the highest first, each with what was wrong. */
  readonly stepDowns: readonly StepDown[];
  readonly memorySavings: readonly MemorySaving[];
  /** Why the model is not kept on this device for the next visit; null when it is. */
  readonly unkept: ErrorData | null;
  readonly decoder: DecoderInfo;
}

/** The build of a network, for whoever explains it. Plain data. */
export interface NetworkFacts {
  /** Places of the picture as the network sees it, T; a square number. */
  readonly tokens: number;
  /** Transformer blocks before Read, on the latents, and after Write; a plain SiT has all of them in its head. */
  readonly blocks: { readonly head: number; readonly core: number; readonly tail: number };
  /** FLOPs of each part at budget k (index k-1) as shares of a whole forward at the full budget. */
  readonly partShare: readonly ForwardCost[];
  /** FLOPs of a forward at the full budget. */
  readonly flops: number;
}

/** What turns latents into pictures. */
export interface DecoderInfo {
  readonly backend: Backend;
  /** Why it is not the device that draws, where it could have been; for people. */
  readonly why: string | null;
}
