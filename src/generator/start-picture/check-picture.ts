import { ElitError } from '../../errors.ts';
import type { Manifest } from '../../model/manifest.ts';
import type { GenerateRequest, Settings } from '../types.ts';
import { fingerprint } from './fingerprint.ts';

/** Half of the steps and a little: shapes and colours of the picture are still seen. */
export const DEFAULT_STRENGTH = 0.6;
/** Along a side; a photograph of a telephone has 4,000. */
const LARGEST_SIDE = 16_384;

/**
 * What settings say of the picture that a drawing begins with: nothing where there is none.
 * @throws ElitError 'request-invalid' for a picture that is none, a strength out of range, or a model without encoder
 */
export function resolvePicture(
  { image, strength }: Pick<GenerateRequest, 'image' | 'strength'>,
  model: Pick<Manifest, 'name' | 'encoder'>,
): Pick<Settings, 'strength' | 'picture'> {
  if (image === undefined) {
    if (strength === undefined) return {};
    throw invalid('The request has a strength, but no picture.', 'Give an “image” too, or no “strength”.');
  }
  if (model.encoder === null) {
    throw invalid(`The model ${model.name} cannot begin with a picture.`, 'Draw without one, or load another model.');
  }
  const { width, height, data } = image;
  if (!isSide(width) || !isSide(height)) {
    throw invalid(
      `The picture is ${width} × ${height} pixels.`,
      `Give one of 1 to ${LARGEST_SIDE} pixels along each side.`,
    );
  }
  if (!(data instanceof Uint8ClampedArray) || data.length !== 4 * width * height) {
    const expected = 4 * width * height;
    throw invalid(
      `The picture’s data are not the ${expected} bytes of ${width} × ${height} pixels.`,
      'Give a Uint8ClampedArray of RGBA, straight alpha, such as an ImageData has.',
    );
  }
  const wanted = strength ?? DEFAULT_STRENGTH;
  if (!(typeof wanted === 'number' && wanted > 0 && wanted <= 1)) {
    throw invalid(`The strength is ${wanted}.`, 'Give a number above 0, up to 1.');
  }
  return { strength: wanted, picture: fingerprint(image) };
}

function isSide(pixels: number): boolean {
  return Number.isInteger(pixels) && pixels >= 1 && pixels <= LARGEST_SIDE;
}

function invalid(message: string, hint: string): ElitError {
  return new ElitError('request-invalid', message, hint);
}
