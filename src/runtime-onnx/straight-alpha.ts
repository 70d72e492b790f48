/**
 * Premultiplied planes [4,H,W] (red, green, blue, alpha; 0..1 but for small overshoots) to straight RGBA8, row by row.
 *
 * Alpha is clamped and rounded to 8 bits first; where that gives 0 the pixel is 0,0,0,0. Colour is clamped to what
 * its alpha allows and divided by it. What is not a number becomes 0. Halves round up.
 */
export function straightRgba8(planes: Float32Array): Uint8ClampedArray<ArrayBuffer> {
  const size = planes.length / 4;
  const pixels = new Uint8ClampedArray(planes.length);
  for (let i = 0; i < size; i++) {
    const alpha = clamp(planes[3 * size + i], 1);
    const alpha8 = Math.floor(alpha * 255 + 0.5);
    if (alpha8 === 0) continue;
    for (let channel = 0; channel < 3; channel++) {
      const colour = clamp(planes[channel * size + i], alpha) / alpha;
      pixels[4 * i + channel] = Math.floor(colour * 255 + 0.5);
    }
    pixels[4 * i + 3] = alpha8;
  }
  return pixels;
}

function clamp(value: number | undefined, high: number): number {
  return value !== undefined && value > 0 ? Math.min(value, high) : 0;
}
