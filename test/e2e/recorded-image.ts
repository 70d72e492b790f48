/** A page of whichever driver. */
interface Page {
  evaluate<T>(run: () => T): Promise<Awaited<T>>;
}

/** The finished image twice, RGBA8 with straight alpha: as the generator gave it, and as the canvas shows it. */
export async function readImage(page: Page): Promise<{ pixels: number[]; canvas: number[] }> {
  // As text: Firefox's driver takes a minute for as many numbers.
  const json = await page.evaluate(() => {
    const view = document
      .querySelector('elit-studio')!
      .shadowRoot!.querySelector('elit-stage')!
      .shadowRoot!.querySelector('elit-image-view')!;
    const canvas = view.shadowRoot!.querySelector('canvas')!;
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
    return JSON.stringify({ pixels: Array.from(view.image!.data), canvas: Array.from(data) });
  });
  return JSON.parse(json);
}

/** What straight alpha can hold of a decoder's planes [4, H, W]: a colour is never above its alpha. */
export function clipped(planes: Float32Array): Float32Array {
  const places = planes.length / 4;
  return planes.map((value, i) => Math.min(value, planes[3 * places + (i % places)]!));
}

/** RGBA8 with straight alpha as the model's decoder makes it: planes [4, H, W], premultiplied, 0 .. 1. */
export function premultiplied(rgba: readonly number[]): Float32Array {
  const places = rgba.length / 4;
  const planes = new Float32Array(rgba.length);
  for (let i = 0; i < places; i++) {
    const alpha = rgba[4 * i + 3]! / 255;
    for (let c = 0; c < 3; c++) planes[c * places + i] = (rgba[4 * i + c]! / 255) * alpha;
    planes[3 * places + i] = alpha;
  }
  return planes;
}
