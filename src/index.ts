/**
 * elit-web: draws pictures with an elastic diffusion transformer, on the GPU of whoever opens the page.
 *
 * ```ts
 * import { Generator } from 'elit-web';
 *
 * const generator = await Generator.load('models/emoji-128/');
 * const image = await generator.generate({ subject: 'cat face', style: 'noto', seed: 7, budget: 8 });
 * context.putImageData(new ImageData(image.data, image.width, image.height), 0, 0);
 * generator.dispose();
 * ```
 *
 * Every failure is an ElitError: a code to branch on, a message that names what is wrong, a hint that says what to do.
 */
export { ElitError, ERROR_CODES, type ErrorCode, type ErrorData } from './errors.ts';
export type { AttentionMaps, AttentionRequest, LookProgress } from './generator/attention.ts';
export { Generator, type GeneratorOptions } from './generator/generator.ts';
export type { StoredModel } from './generator/model-store/model-store.ts';
export { evictModel, storedModels } from './generator/model-store/open-source.ts';
export type { PartTimes } from './generator/part-times.ts';
export { type PictureSettings, readPictureSettings, withPictureSettings } from './generator/picture-settings.ts';
export type {
  Backend,
  EncoderProgress,
  GeneratedImage,
  GenerateRequest,
  GuidanceRequest,
  Licence,
  LoadOptions,
  LoadPhase,
  LoadProgress,
  Metrics,
  ModelInfo,
  Pixels,
  Settings,
  StepPreview,
  Subject,
  Timing,
  Variation,
} from './generator/types.ts';
export type { Recovery } from './generator/workers.ts';
export type { ForwardLimits } from './model/roofline.ts';
export { GUIDANCE_KINDS, type Guidance, type GuidanceKind } from './sampling/guidance.ts';
export { SOLVERS, type SolverName } from './sampling/solvers.ts';
