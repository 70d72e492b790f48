import type { Pixels } from '../../generator/types.ts';

/** Puts pixels on a canvas of their size. On the CPU: they are small, arrive as bytes, and are read back again. */
export function paint(canvas: HTMLCanvasElement, { width, height, data }: Pixels): void {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  context?.putImageData(new ImageData(data, width, height), 0, 0);
}

/** Paints pictures on canvases, each on the one in its place, and none that is on it already. */
export class Paintings {
  readonly #painted = new WeakMap<HTMLCanvasElement, Pixels>();

  paint(canvases: Iterable<HTMLCanvasElement>, pictures: readonly Pixels[]): void {
    for (const [i, canvas] of [...canvases].entries()) {
      const picture = pictures[i];
      if (picture === undefined || this.#painted.get(canvas) === picture) continue;
      paint(canvas, picture);
      this.#painted.set(canvas, picture);
    }
  }
}
