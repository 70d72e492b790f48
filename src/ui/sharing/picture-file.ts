import { ElitError } from '../../errors.ts';
import { readPictureSettings, withPictureSettings } from '../../generator/picture-settings.ts';
import type { GeneratedImage, ModelInfo, Pixels, Settings } from '../../generator/types.ts';
import { encodePng } from '../../png/encode.ts';
import type { Draft } from '../store/studio-state.ts';
import { resize } from './resize.ts';

/** A PNG of a picture, with what it takes to draw it again. */
export async function pictureFile(
  image: Pixels & { readonly settings: Settings },
  { name, hash }: Pick<ModelInfo, 'name' | 'hash'>,
  width: number,
): Promise<Blob> {
  const png = await encodePng(resize(image, width));
  const file = withPictureSettings(png, { model: name, hash, settings: image.settings });
  return new Blob([file], { type: 'image/png' });
}

/** Characters of a prompt in a file's name, which may have 255 bytes. */
const LONGEST_NAME = 40;

/** “cat-face-noto-7-budget-8.png”: letters and digits of whatever script, for every file system. */
export function pictureName({ settings }: Pick<GeneratedImage, 'settings'>): string {
  const { subject, prompt, style, seed, budget } = settings;
  const words = [(prompt ?? subject).slice(0, LONGEST_NAME), style, seed ?? 'own noise', 'budget', budget].join(' ');
  return `${words
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '')
    .toLowerCase()}.png`;
}

/** The bytes of a file that was chosen or dropped. @throws ElitError picture-invalid when it cannot be read */
export async function readFile(file: Blob): Promise<Uint8Array> {
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch (cause) {
    const hint = 'Check that it is still there, and that it is a file and no folder.';
    throw new ElitError('picture-invalid', 'The file cannot be read.', hint, { cause });
  }
}

/**
 * The settings of a downloaded picture, as the controls hold them.
 * @throws ElitError picture-invalid when the file is no such PNG, is of another model, or was drawn in a way that the
 * controls cannot repeat
 */
export function settingsOfPicture(png: Uint8Array, info: ModelInfo): Partial<Draft> {
  const { model, hash, settings } = readPictureSettings(png);
  const { subject, prompt, style, seed, variation, steps, budget, guidance, solver, picture, strength } = settings;
  if (model !== info.name) throw refused(`“${model}” drew this picture; the model here is “${info.name}”.`, OTHER);
  if (hash !== undefined && hash !== info.hash) {
    throw refused(`Another version of the model “${model}” drew this picture.`, OTHER);
  }
  if (picture !== undefined) {
    throw refused(
      'The picture was started from another one, which it does not carry.',
      `Start from that one again, with seed ${seed} and strength ${Math.round(100 * (strength ?? 1))} %.`,
    );
  }
  if (seed === null) {
    throw refused('The picture was drawn from noise of its own, which it does not carry.', 'Use one that has a seed.');
  }
  if (solver !== info.defaults.solver) {
    throw refused(
      'The picture was drawn with a solver that this page has no control for.',
      'Draw it with the program that made it.',
    );
  }
  return { subject, prompt, style, seed, variation, steps, budget, guidance, noise: null };
}

const OTHER = 'Open the page with that model, and give it the picture there.';

function refused(message: string, hint: string): ElitError {
  return new ElitError('picture-invalid', message, hint);
}
