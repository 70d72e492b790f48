import type { Pixels } from '../../generator/types.ts';

/** One seed at every budget, drawn when the site was made: scripts/record-strip.mjs. */
export interface RecordedStrip {
  readonly seed: number;
  /** Budget k at k-1. */
  readonly pictures: readonly Pixels[];
}

/** What the file beside the sprite says, as far as the page needs it. */
interface Description {
  readonly seed: number;
  /** Of one picture, in pixels; the sprite has them in rows, budget 1 first. */
  readonly width: number;
  readonly height: number;
  readonly budgets: number;
}

/**
 * Fetches a recorded strip: `${address}.json` and `${address}.webp`.
 * @throws Error of the network, or when the two are not what they should be
 */
export async function readRecorded(address: string, signal: AbortSignal): Promise<RecordedStrip> {
  const [text, image] = await Promise.all([fetched(`${address}.json`, signal), fetched(`${address}.webp`, signal)]);
  const { seed, ...description } = parse(await text.text());
  const bitmap = await createImageBitmap(await image.blob());
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('The browser has no canvas to spare.');
  context.drawImage(bitmap, 0, 0);
  const cut = ({ x, y, width, height }: Place) => ({
    width,
    height,
    data: context.getImageData(x, y, width, height).data,
  });
  return { seed, pictures: places(description, bitmap).map(cut) };
}

interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Where each picture lies in the sprite.
 * @throws Error when it has no room for them
 */
export function places(
  { width, height, budgets }: Omit<Description, 'seed'>,
  sprite: { readonly width: number; readonly height: number },
): Place[] {
  const columns = Math.floor(sprite.width / width);
  if (columns * Math.floor(sprite.height / height) < budgets) throw new Error('The sprite is too small.');
  return Array.from({ length: budgets }, (_, i) => ({
    ...{ x: (i % columns) * width, y: Math.floor(i / columns) * height, width, height },
  }));
}

/** @throws Error for anything that describes no strip */
export function parse(json: string): Description {
  const { seed, width, height, budgets } = Object(JSON.parse(json)) as Record<string, unknown>;
  const isCount = (value: unknown): value is number => Number.isInteger(value) && (value as number) > 0;
  if (!isCount(width) || !isCount(height) || !isCount(budgets) || typeof seed !== 'number') {
    throw new Error('What was recorded is not described.');
  }
  return { seed, width, height, budgets };
}

async function fetched(address: string, signal: AbortSignal): Promise<Response> {
  const response = await fetch(address, { signal });
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  return response;
}
