import { ElitError } from '../../errors.ts';
import { fingerprint } from '../../generator/start-picture/fingerprint.ts';
import type { Pixels } from '../../generator/types.ts';
import type { StartPicture } from './start.ts';

/** A photograph of a telephone has 12 MB at most; what is far larger is no picture for this, or a trap. */
const LARGEST_FILE = 50_000_000;
/** Decoded, four bytes each. */
const MOST_PIXELS = 100_000_000;
/** Along the longer side: twice what models draw, so that nothing is lost and every message to the worker is small. */
const LONGEST_SIDE = 256;

/**
 * Decodes a picture in whatever format the browser knows, upright as its EXIF says, and makes a large one small.
 * @throws ElitError picture-invalid when it cannot be decoded, or is too large
 */
export async function readPicture(file: File): Promise<StartPicture> {
  if (file.size > LARGEST_FILE) {
    throw refused(`“${file.name}” has ${Math.round(file.size / 1e6)} MB.`, 'Use a picture of at most 50 MB.');
  }
  try {
    const { naturalWidth: width, naturalHeight: height } = await seen(file);
    if (width * height > MOST_PIXELS) {
      throw refused(`“${file.name}” has ${width} × ${height} pixels.`, 'Use a picture of at most 100 million pixels.');
    }
    const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' });
    try {
      const pixels = pixelsOf(bitmap);
      return { name: file.name, pixels, id: fingerprint(pixels) };
    } finally {
      bitmap.close();
    }
  } catch (cause) {
    if (!(cause instanceof DOMException)) throw cause;
    const message = `“${file.name}” is no picture that this browser can read.`;
    throw refused(message, 'Use a PNG, JPEG, WebP or AVIF file.', cause);
  }
}

/** Tells how large a picture is before it is decoded: a few kilobytes can hold more pixels than there is memory for. */
function seen(file: File): Promise<HTMLImageElement> {
  const image = new Image();
  image.src = URL.createObjectURL(file);
  return new Promise<HTMLImageElement>((resolve, reject) => {
    image.onload = () => resolve(image);
    image.onerror = () => reject(new DOMException('The picture has no size.', 'EncodingError'));
  }).finally(() => URL.revokeObjectURL(image.src));
}

function pixelsOf(bitmap: ImageBitmap): Pixels {
  const scale = Math.min(1, LONGEST_SIDE / Math.max(bitmap.width, bitmap.height));
  const width = Math.max(1, Math.round(bitmap.width * scale));
  const height = Math.max(1, Math.round(bitmap.height * scale));
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width, height });
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) throw refused('The browser has no memory left for the picture.', 'Close other tabs.');
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, 0, 0, width, height);
  return { width, height, data: context.getImageData(0, 0, width, height).data };
}

function refused(message: string, hint: string, cause?: unknown): ElitError {
  return new ElitError('picture-invalid', message, hint, { cause });
}
