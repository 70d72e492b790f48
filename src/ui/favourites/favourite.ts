import { ElitError } from '../../errors.ts';
import { type PictureSettings, readPictureSettings } from '../../generator/picture-settings.ts';
import type { GeneratedImage, ModelInfo } from '../../generator/types.ts';
import { pngSize } from '../../png/size.ts';

/** A picture that the user keeps. */
export interface Favourite {
  /** `favouriteKey` of what the PNG carries. */
  readonly key: string;
  /** The picture as it was drawn, with its settings, as a downloaded one has them. */
  readonly png: Uint8Array<ArrayBuffer>;
  readonly picture: PictureSettings;
  /** When it was kept, ms since 1970. */
  readonly added: number;
}

/** Pixels a side; the page itself saves none with more than 512. */
const LARGEST = 4096;

/**
 * What tells one picture from another: the model and every setting. null for one that was drawn from noise of its own,
 * which nothing tells from the next.
 */
export function favouriteKey({ model, hash, settings }: PictureSettings): string | null {
  const { subject, prompt, style, seed, variation, steps, budget, guidance, solver, strength, picture } = settings;
  if (seed === null) return null;
  const { kind, scale, budget: guiding, interval } = guidance;
  const noise = [seed, variation?.seed, variation?.amount];
  const how = [steps, budget, solver, kind, scale, guiding, ...interval];
  return JSON.stringify([model, hash, subject, prompt, style, ...noise, ...how, strength, picture]);
}

/** The same of a picture that is shown; also null while there is none, or no model. */
export function keyOfImage(
  image: Pick<GeneratedImage, 'settings'> | null,
  info: Pick<ModelInfo, 'name' | 'hash'> | null,
): string | null {
  if (image === null || info === null) return null;
  return favouriteKey({ model: info.name, hash: info.hash, settings: image.settings });
}

/**
 * The favourite that a PNG is, going by its settings. Its pixels are not looked at.
 * @param added ms since 1970
 * @throws ElitError picture-invalid when it is no PNG of ours, is too large, or cannot be told from others
 */
export function favouriteOf(png: Uint8Array<ArrayBuffer>, added: number): Favourite {
  const picture = readPictureSettings(png);
  const { width, height } = pngSize(png);
  if (Math.max(width, height) > LARGEST) {
    throw refused(`The picture has ${width} × ${height} pixels.`, `Use one of at most ${LARGEST} pixels a side.`);
  }
  const key = favouriteKey(picture);
  if (key === null) {
    throw refused('The picture was drawn from noise of its own, which it does not carry.', 'Keep one that has a seed.');
  }
  return { key, png, picture, added };
}

/** Each once, the newest first. */
export function sorted(favourites: Iterable<Favourite>): Favourite[] {
  const byKey = new Map([...favourites].map((favourite) => [favourite.key, favourite]));
  return [...byKey.values()].sort((a, b) => b.added - a.added);
}

function refused(message: string, hint: string): ElitError {
  return new ElitError('picture-invalid', message, hint);
}
