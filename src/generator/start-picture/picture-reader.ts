import { ElitError } from '../../errors.ts';
import type { Manifest, ModelFile } from '../../model/manifest.ts';
import type { EncoderProgress, Pixels } from '../types.ts';
import { fitPicture } from './fit-picture.ts';

/** Turns pictures into latents. */
export interface ImageEncoder {
  /** The latents [C·h·w] of premultiplied planes [4·H·W]. @throws ElitError 'image-encoder-failed' */
  encode(planes: Float32Array): Promise<Float32Array<ArrayBuffer>>;
  dispose(): Promise<void>;
}

/** Opens encoder.onnx for pictures and latents of the shapes in model.json. @throws ElitError 'image-encoder-failed' */
export type OpenImageEncoder = (
  model: Uint8Array,
  image: Manifest['image'],
  latents: Manifest['latent'],
) => Promise<ImageEncoder>;

export interface PictureParts {
  /** Reads the encoder's file. @throws ElitError 'model-…' | 'image-encoder-failed' */
  readonly read: (
    file: ModelFile,
    signal: AbortSignal,
    onBytes: (bytes: number) => void,
  ) => Promise<Uint8Array<ArrayBuffer>>;
  readonly open: OpenImageEncoder;
}

type OnEncoder = (progress: EncoderProgress) => void;

interface Encoded {
  readonly pixels: Pixels;
  readonly latents: Promise<Float32Array<ArrayBuffer>>;
}

/** Pictures whose latents are kept: a slider that is dragged asks for the same at every move, and undo for the last ones. */
const KEPT = 4;

/** From the picture that a drawing begins with to its latents. The encoder is fetched for the first one. */
export class PictureReader {
  readonly #manifest: Pick<Manifest, 'image' | 'latent'>;
  readonly #file: ModelFile;
  readonly #parts: PictureParts;
  readonly #life = new AbortController();
  /** The newest last. */
  #encoded: readonly Encoded[] = [];
  #encoder: Promise<ImageEncoder> | undefined;
  /** Of the newest request: it is the one that waits. */
  #onEncoder: OnEncoder | undefined;

  constructor(manifest: Pick<Manifest, 'image' | 'latent'>, file: ModelFile, parts: PictureParts) {
    this.#manifest = manifest;
    this.#file = file;
    this.#parts = parts;
  }

  /**
   * The latents [C·h·w] of a picture of any size; see `fitPicture`. Not to be written to.
   * @param onEncoder while the encoder is fetched, in bytes
   * @throws ElitError 'image-encoder-failed' | 'model-not-found' | 'model-network' | 'model-corrupt'
   */
  latents(pixels: Pixels, onEncoder?: OnEncoder): Promise<Float32Array<ArrayBuffer>> {
    this.#onEncoder = onEncoder;
    const known = this.#encoded.find((encoded) => isSame(encoded.pixels, pixels));
    if (known !== undefined) return known.latents;
    const copy = { ...pixels, data: pixels.data.slice() }; // the caller may write to its own
    const encoded = { pixels: copy, latents: this.#encode(copy) };
    this.#encoded = [...this.#encoded, encoded].slice(-KEPT);
    encoded.latents.catch(() => {
      this.#encoded = this.#encoded.filter((other) => other !== encoded); // it may work the next time
    });
    return encoded.latents;
  }

  async dispose(): Promise<void> {
    this.#life.abort();
    const encoder = await this.#encoder?.catch(() => undefined); // whoever asked for it has the failure
    await encoder?.dispose();
  }

  async #encode(pixels: Pixels): Promise<Float32Array<ArrayBuffer>> {
    this.#encoder ??= this.#openEncoder();
    const opening = this.#encoder;
    const encoder = await opening.catch((thrown: unknown) => {
      if (this.#encoder === opening) this.#encoder = undefined; // the network may be back the next time
      throw thrown;
    });
    const { width, height } = this.#manifest.image;
    return encoder.encode(fitPicture(pixels, width, height));
  }

  async #openEncoder(): Promise<ImageEncoder> {
    const total = this.#file.bytes;
    const onBytes = (done: number) => this.#onEncoder?.({ reads: 'pictures', done, total });
    const file = await this.#parts.read(this.#file, this.#life.signal, onBytes);
    return this.#parts.open(file, this.#manifest.image, this.#manifest.latent);
  }
}

/** What opens encoders where nothing was given that could. */
export const noImageEncoder: OpenImageEncoder = async () => {
  throw new ElitError(
    'image-encoder-failed',
    'Nothing here reads pictures.',
    'Draw without one, or load the model with “openImageEncoder”.',
  );
};

function isSame(a: Pixels, b: Pixels): boolean {
  return a.width === b.width && a.height === b.height && a.data.every((byte, i) => byte === b.data[i]);
}
