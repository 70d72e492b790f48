import { readFile } from 'node:fs/promises';
import { convertIndexedToRgb, type DecodedPng, decode } from 'fast-png';
import type { Pixels } from '../generator/types.ts';
import { UsageError } from './arguments.ts';

/** The pixels of a PNG file of any kind, RGBA8, straight alpha. @throws UsageError when there is none to be read */
export async function readPng(file: string): Promise<Pixels> {
  const bytes = await readFile(file).catch(() => {
    throw new UsageError(`The picture “${file}” cannot be read. Give a PNG file by --image.`);
  });
  try {
    return rgba(decode(bytes));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(`“${file}” is no PNG that can be read: ${reason}. Give another by --image.`);
  }
}

function rgba(png: DecodedPng): Pixels {
  const { width, height, depth, palette } = png;
  const values = palette === undefined ? png.data : convertIndexedToRgb(png);
  const channels = values.length / (width * height);
  const most = palette === undefined ? 2 ** depth - 1 : 255;
  if (palette === undefined && depth < 8) throw new Error(`${depth} bits a pixel are not supported`); // they come packed
  const data = new Uint8ClampedArray(4 * width * height);
  for (let i = 0; i < width * height; i++) {
    const at = (channel: number) => (255 * (values[i * channels + channel] ?? most)) / most;
    const isGrey = channels < 3;
    const colour = isGrey ? [at(0), at(0), at(0)] : [at(0), at(1), at(2)];
    data.set([...colour, channels % 2 === 0 ? at(channels - 1) : 255], 4 * i);
  }
  return { width, height, data };
}
