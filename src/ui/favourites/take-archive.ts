import { ElitError } from '../../errors.ts';
import { picturesIn, unpack } from './archive.ts';
import { type Favourite, favouriteOf } from './favourite.ts';

/** What was found in an archive. */
export interface Taken {
  readonly favourites: readonly Favourite[];
  /** PNGs that are none of this page's. */
  readonly refused: number;
}

export interface TakeOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
  /** Whether a browser can show the picture. */
  readonly isShown?: (png: Uint8Array<ArrayBuffer>) => Promise<boolean>;
}

/** Pictures that are unpacked at a time: the page answers in between. */
const AT_A_TIME = 32;

/**
 * The favourites in a zip, with their order: the first of it is the newest of them.
 * @throws ElitError archive-invalid when it is no zip, is damaged, too large, or holds no picture of this page; or the
 * signal's reason
 */
export async function takeArchive(zip: Uint8Array, options: TakeOptions): Promise<Taken> {
  const { signal, onProgress, isShown = isPicture } = options;
  const names = picturesIn(zip);
  const now = Date.now();
  const favourites: Favourite[] = [];
  for (let done = 0; done < names.length; done += AT_A_TIME) {
    onProgress(done, names.length);
    const batch = names.slice(done, done + AT_A_TIME);
    const files = unpack(zip, new Set(batch));
    for (const name of batch) {
      const png = files.get(name);
      const favourite = png === undefined ? null : favouriteIn(png, now - favourites.length);
      if (favourite !== null && (await isShown(favourite.png))) favourites.push(favourite);
    }
    await new Promise((resolve) => setTimeout(resolve));
    signal.throwIfAborted();
  }
  if (favourites.length === 0) {
    throw new ElitError(
      'archive-invalid',
      'The zip holds no picture of this page.',
      'Use a zip that was exported from this page, or one of PNGs that were downloaded from it.',
    );
  }
  return { favourites, refused: names.length - favourites.length };
}

/** null for a file that is no picture of ours. */
function favouriteIn(png: Uint8Array<ArrayBuffer>, added: number): Favourite | null {
  try {
    return favouriteOf(png, added);
  } catch (thrown) {
    if (thrown instanceof ElitError && thrown.code === 'picture-invalid') return null;
    throw thrown;
  }
}

async function isPicture(png: Uint8Array<ArrayBuffer>): Promise<boolean> {
  try {
    (await createImageBitmap(new Blob([png], { type: 'image/png' }))).close();
    return true;
  } catch (thrown) {
    if (thrown instanceof DOMException) return false;
    throw thrown;
  }
}
