import { ElitError, type ErrorData } from '../errors.ts';
import type { Manifest } from '../model/manifest.ts';
import type { Safetensors } from '../model/safetensors.ts';
import { TextConditioning } from '../model/text-conditioning.ts';
import { abortable, anySignal } from './abort.ts';
import { type ChosenDecoder, chooseDecoder } from './decoder-choice.ts';
import type { OpenDecoder } from './decoding.ts';
import type { Device, OpenDevice, RunSampler } from './device.ts';
import type { OpenTextEncoder, ReadFile } from './encoder-opening.ts';
import { readDecoder, readImageEncoder, readManifest, readTextFile, readWeights } from './model-files.ts';
import { rootCause } from './root-cause.ts';
import type { ModelSource } from './source.ts';
import { noImageEncoder, type OpenImageEncoder, PictureReader } from './start-picture/picture-reader.ts';
import { TextReader } from './text-reader.ts';
import type { LoadOptions, LoadPhase } from './types.ts';

export interface LoadModelOptions extends LoadOptions {
  /** onnxruntime's decoder, for devices without one of their own. */
  readonly openDecoder: OpenDecoder;
  readonly openDevice: OpenDevice;
  /** What reads prompts; without it known names can be drawn. */
  readonly openTextEncoder?: OpenTextEncoder;
  /** What reads pictures to begin with; without it there are none. */
  readonly openImageEncoder?: OpenImageEncoder;
}

/** A model whose network is on a device, with all that it takes to draw. */
export interface LoadedModel {
  readonly manifest: Manifest;
  readonly device: Pick<Device, 'backend' | 'name' | 'reason' | 'lost' | 'memoryBytes'>;
  readonly sampler: Pick<RunSampler, 'begin' | 'tier' | 'tuning' | 'limits' | 'memorySavings' | 'lookAt'>;
  readonly decoder: ChosenDecoder;
  /** What turns settings into the network's input where it reads text. */
  readonly text?: TextReader | null;
  /** What turns pictures into latents where the model has an encoder. */
  readonly pictures?: PictureReader | null;
  /** Why its files are not kept for the next visit, or null. */
  readonly unkept: ErrorData | null;
  dispose(): Promise<void>;
}

interface Disposable {
  dispose(): void | Promise<void>;
}

/**
 * Opens the device, reads the model's files and sets everything up; the decoder is fetched and opened beside the weights.
 * What was opened is freed when any of it fails.
 * @throws ElitError of opening the device, reading the model or compiling; or the signal's reason
 */
export async function loadModel(source: ModelSource, options: LoadModelOptions): Promise<LoadedModel> {
  const { openDecoder, openDevice, onProgress: report = () => undefined } = options;
  const failure = new AbortController();
  const signal = anySignal(failure.signal, options.signal);
  const owned = new Owned();
  const step = async <T>(phase: LoadPhase, work: Promise<T>): Promise<T> => {
    report({ phase, done: 0, total: 1 });
    const result = await abortable(work, signal);
    report({ phase, done: 1, total: 1 });
    return result;
  };
  let lost = new Promise<ElitError>(() => undefined); // until there is a device to lose
  try {
    signal.throwIfAborted();
    const device = await owned.add(openDevice());
    lost = device.lost;
    void lost.then((error) => failure.abort(error));
    const manifest = await step('manifest', readManifest(source, signal));
    const { config, latent, image } = manifest;
    const decoderFile = readDecoder(source, manifest.decoder, signal);
    const decoding = owned.add(decoderFile.then((file) => chooseDecoder(device, openDecoder, [file, latent, image])));
    decoding.catch((error) => failure.abort(error));
    const weights = await readWeights(source, manifest.weights, {
      signal,
      onBytes: (done) => report({ phase: 'weights', done, total: manifest.weights.bytes }),
    });
    const text = await readText(source, manifest, { weights, signal, open: options.openTextEncoder });
    if (text) owned.keep(text);
    const pictures = pictureReader(source, manifest, options.openImageEncoder);
    if (pictures) owned.keep(pictures);
    const sampler = await step('compile', owned.add(device.open(config, weights)));
    const decoder = await step('decoder', decoding);
    const unkept = source.unkept ?? null;
    return { manifest, device, sampler, decoder, text, pictures, unkept, dispose: () => owned.dispose() };
  } catch (thrown) {
    failure.abort(thrown);
    const error = thrown === options.signal?.reason ? thrown : await rootCause(thrown, lost);
    await owned.dispose();
    throw error;
  }
}

/** Reads the embeddings of the names that a text model knows; its encoder is read when it is needed. */
async function readText(
  source: ModelSource,
  manifest: Manifest,
  { weights, signal, open = noEncoder }: TextParts,
): Promise<TextReader | null> {
  const { text, config, subjects } = manifest;
  if (text === null || config.text === undefined) return null;
  const names = await readWeights(source, text.names, { signal });
  const conditioning = new TextConditioning(config, config.text, { weights, names, nameCount: subjects.length - 1 });
  const read: ReadFile = (file, reading) => readTextFile(source, file, reading);
  return new TextReader(manifest, text, conditioning, { read, open });
}

/** Its encoder is read when it is needed. */
function pictureReader(source: ModelSource, manifest: Manifest, open = noImageEncoder): PictureReader | null {
  if (manifest.encoder === null) return null;
  return new PictureReader(manifest, manifest.encoder, {
    read: (file, signal, onBytes) => readImageEncoder(source, file, { signal, onBytes }),
    open,
  });
}

const noEncoder: OpenTextEncoder = async () => {
  throw new ElitError(
    'text-encoder-failed',
    'Nothing here reads prompts.',
    'Draw one of the model’s subjects instead.',
  );
};

interface TextParts {
  readonly weights: Safetensors;
  readonly signal: AbortSignal;
  readonly open: OpenTextEncoder | undefined;
}

/** What a load has opened so far, freed together, the last first. */
class Owned {
  readonly #resources: Disposable[] = [];
  readonly #pending = new Set<Promise<unknown>>();

  async add<T extends Disposable>(opening: Promise<T>): Promise<T> {
    this.#pending.add(opening);
    try {
      const resource = await opening;
      this.#resources.push(resource);
      return resource;
    } finally {
      this.#pending.delete(opening);
    }
  }

  keep(resource: Disposable): void {
    this.#resources.push(resource);
  }

  /** Waits for what is still being opened, then frees everything. */
  async dispose(): Promise<void> {
    await Promise.allSettled(this.#pending);
    for (const resource of this.#resources.splice(0).reverse()) await resource.dispose();
  }
}
