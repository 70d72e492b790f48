/** Viridis: from dark blue to bright yellow, lighter and lighter, and so for those who see few colours too. */
const STOPS = [
  [68, 1, 84],
  [65, 68, 135],
  [42, 120, 142],
  [34, 168, 132],
  [122, 209, 81],
  [253, 231, 37],
] as const;

type Rgb = readonly [red: number, green: number, blue: number];

/** The colour of a value, 0 .. 1. */
export function colourOf(value: number): Rgb {
  const at = Math.min(Math.max(value, 0), 1) * (STOPS.length - 1);
  const below = Math.min(Math.floor(at), STOPS.length - 2);
  const [from, to] = [STOPS[below]!, STOPS[below + 1]!];
  const between = (channel: 0 | 1 | 2) => Math.round(from[channel] + (at - below) * (to[channel] - from[channel]));
  return [between(0), between(1), between(2)];
}

/** The stops for a legend, from 0 on. */
export const LEGEND: readonly string[] = STOPS.map((stop) => `rgb(${stop.join(' ')})`);

/** One opaque pixel a value, which are coloured from 0 to `highest`. */
export function coloured(values: Float32Array, highest: number): Uint8ClampedArray<ArrayBuffer> {
  const data = new Uint8ClampedArray(4 * values.length);
  values.forEach((value, i) => {
    data.set([...colourOf(highest > 0 ? value / highest : 0), 255], 4 * i);
  });
  return data;
}
