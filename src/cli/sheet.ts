import type { Pixels } from '../generator/types.ts';

const GAP = 8;
const WHITE = 255;

/** Lays pictures of one size out on white, in rows as near to a square as can be, left to right, top to bottom. */
export function contactSheet(pictures: readonly Pixels[]): Pixels {
  const { width = 0, height = 0 } = pictures[0] ?? {};
  const columns = Math.ceil(Math.sqrt(pictures.length));
  const rows = Math.ceil(pictures.length / columns);
  const sheet = {
    width: GAP + columns * (width + GAP),
    height: GAP + rows * (height + GAP),
  };
  const data = new Uint8ClampedArray(4 * sheet.width * sheet.height).fill(WHITE);
  for (const [i, picture] of pictures.entries()) {
    const left = GAP + (i % columns) * (width + GAP);
    const top = GAP + Math.floor(i / columns) * (height + GAP);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++)
        blend(data, 4 * ((top + y) * sheet.width + left + x), picture, 4 * (y * width + x));
    }
  }
  return { ...sheet, data };
}

/** Lays pictures of one size out side by side in the same rows, with nothing between them, transparency and all. */
export function spriteSheet(pictures: readonly Pixels[]): Pixels {
  const { width = 0, height = 0 } = pictures[0] ?? {};
  const columns = Math.ceil(Math.sqrt(pictures.length));
  const sheet = { width: columns * width, height: Math.ceil(pictures.length / columns) * height };
  const data = new Uint8ClampedArray(4 * sheet.width * sheet.height);
  for (const [i, picture] of pictures.entries()) {
    const [left, top] = [(i % columns) * width, Math.floor(i / columns) * height];
    for (let y = 0; y < height; y++) {
      const row = picture.data.subarray(4 * y * width, 4 * (y + 1) * width);
      data.set(row, 4 * ((top + y) * sheet.width + left));
    }
  }
  return { ...sheet, data };
}

/** Puts one straight-alpha pixel over what is opaque already. */
function blend(target: Uint8ClampedArray, to: number, { data }: Pixels, from: number): void {
  const alpha = (data[from + 3] ?? 0) / 255;
  for (let channel = 0; channel < 3; channel++) {
    target[to + channel] = alpha * (data[from + channel] ?? 0) + (1 - alpha) * (target[to + channel] ?? 0);
  }
}
