import type { AttentionMaps, AttentionRequest } from '../../generator/attention.ts';
import type { GeneratorOptions } from '../../generator/generator.ts';
import type { GeneratedImage, GenerateRequest, ModelInfo } from '../../generator/types.ts';
import type { Draft } from '../store/studio-state.ts';

/** The part of a `Generator` that the page uses. */
export interface Engine {
  readonly info: ModelInfo;
  resetTuning?(): void;
  measureLimits?(): void;
  measureParts?(): void;
  attention?(request: AttentionRequest): Promise<AttentionMaps>;
  generate(request: GenerateRequest): Promise<GeneratedImage>;
  dispose(): void | Promise<void>;
}

/** How an engine is had for the model at `url`. */
export type LoadEngine = (url: string, options: GeneratorOptions) => Promise<Engine>;

/** What a model's defaults are overruled with when it has loaded. */
export type FirstDraft = (info: ModelInfo) => Draft;
