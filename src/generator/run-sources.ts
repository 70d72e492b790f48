import { classIndex } from '../model/subjects.ts';
import { startFrom, stepsAt } from '../sampling/from-picture.ts';
import { NoiseCache } from '../sampling/noise-cache.ts';
import type { RunSpec } from '../sampling/sampling-run.ts';
import { slerp } from '../sampling/slerp.ts';
import { solve } from '../sampling/solvers.ts';
import type { LoadedModel } from './load-model.ts';
import { latentLength } from './settings.ts';
import type { GenerateRequest, Settings, Variation } from './types.ts';

/** A request that may have to wait for encoders. */
export type Waiting = Pick<GenerateRequest, 'image' | 'onEncoder'> & { readonly signal: AbortSignal };

/** What was read before it could be drawn. */
export interface Read {
  /** What a network that reads text takes [D]. */
  readonly vector?: Float32Array<ArrayBuffer> | undefined;
  /** Latents of the picture to begin with [C·H·W]. */
  readonly picture?: Float32Array<ArrayBuffer> | undefined;
}

/** What a model's runs are made of: conditions, noise of seeds, pictures to begin with. */
export class RunSources {
  readonly #model: Pick<LoadedModel, 'manifest' | 'text' | 'pictures'>;
  readonly #noise: NoiseCache;
  /** Of the seed that a variation goes towards. */
  readonly #otherNoise: NoiseCache;

  constructor(model: Pick<LoadedModel, 'manifest' | 'text' | 'pictures'>) {
    this.#model = model;
    this.#noise = new NoiseCache(latentLength(model.manifest));
    this.#otherNoise = new NoiseCache(latentLength(model.manifest));
  }

  /** Reads the prompt and the picture to begin with; undefined where there is nothing to read. */
  read(settings: Settings, { image, onEncoder, signal }: Waiting): Promise<Read> | undefined {
    const { text, pictures } = this.#model;
    const { strength = 1, steps } = settings;
    const vector = text?.vector(settings, { signal, onEncoder });
    const isSeen = image !== undefined && stepsAt(strength, steps) < steps;
    const picture = isSeen ? pictures?.latents(image, onEncoder) : undefined;
    if (vector === undefined && picture === undefined) return undefined;
    return Promise.all([vector, picture]).then(([vector, picture]) => ({ vector, picture }));
  }

  /** What a request's picture is sampled from. */
  spec({ noise }: Pick<GenerateRequest, 'noise'>, settings: Settings, { vector, picture }: Read): RunSpec {
    const { manifest, text } = this.#model;
    const { strength = 1, steps } = settings;
    const seed = settings.seed ?? 0;
    const whole = {
      noise: noise ? new Float32Array(noise) : this.#startNoise(seed, settings.variation),
      stages: solve(settings.solver, steps),
    };
    return {
      ...(picture === undefined ? whole : startFrom(picture, whole, stepsAt(strength, steps))),
      label: vector ?? classIndex(manifest, settings.subject, settings.style),
      nullLabel: text?.nothing ?? manifest.nullClass,
      budget: settings.budget,
      guidance: settings.guidance,
      stepNoise: (step) => this.#noise.noise(seed, step + 1),
    };
  }

  #startNoise(seed: number, variation: Variation | undefined): Float32Array<ArrayBuffer> {
    const own = this.#noise.noise(seed);
    return variation === undefined ? own : slerp(own, this.#otherNoise.noise(variation.seed), variation.amount);
  }
}
