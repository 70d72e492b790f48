import { type FeatureMap, type MapShape, mapBytes, pixels, quads } from '../../src/kernels/feature-map.ts';
import { gaussianNoise } from '../../src/sampling/noise.ts';
import { type Planes, planes } from '../reference/image-ops.ts';
import type { Bench } from './gpu.ts';

/** Planes of normal float32 numbers, the same in every run; `spread` times as wide, about `middle`. */
export function normalPlanes(seed: number, shape: MapShape, spread = 1, middle = 0): Planes {
  const { channels, height, width } = shape;
  const noise = gaussianNoise(seed, channels * height * width);
  const values = noise.map((value) => value * spread + middle);
  return planes(channels, height, width, values);
}

/** Planes as a feature map on the GPU. */
export function uploadMap(bench: Bench, source: Planes): FeatureMap {
  const { channels, height, width } = source;
  const stride = 4 * quads(channels);
  const floats = new Float32Array(mapBytes(source) / 4);
  source.data.forEach((value, i) => {
    const [channel, pixel] = [Math.floor(i / pixels(source)), i % pixels(source)];
    floats[(1 + pixel) * stride + channel] = value;
  });
  return { channels, height, width, buffer: bench.floats(floats) };
}

/** Room for a feature map that a kernel makes. */
export function roomForMap(bench: Bench, { channels, height, width }: MapShape): FeatureMap {
  return { channels, height, width, buffer: bench.room(mapBytes({ channels, height, width }) / 4) };
}

/** What a kernel made in a `roomForMap`. @throws when it wrote pixel 0, or left channels of the padding other than 0 */
export async function mapResult(bench: Bench, map: FeatureMap): Promise<Planes> {
  const floats = await bench.result(map.buffer, mapBytes(map) / 4);
  const [untouched] = await bench.result(bench.room(1), 1);
  if (floats.subarray(0, 4 * quads(map.channels)).some((value) => value !== untouched)) {
    throw new Error('pixel 0 was written');
  }
  return mapPlanes(map, floats);
}

/** The floats of a feature map as planes. @throws when channels of the padding are not 0 */
export function mapPlanes(shape: MapShape, floats: Float32Array): Planes {
  const stride = 4 * quads(shape.channels);
  const out = planes(shape.channels, shape.height, shape.width);
  floats.subarray(stride).forEach((value, i) => {
    const [pixel, channel] = [Math.floor(i / stride), i % stride];
    if (channel < shape.channels) out.data[channel * pixels(shape) + pixel] = value;
    else if (value !== 0) throw new Error(`the padding has ${value} in channel ${channel} of pixel ${pixel}, not 0`);
  });
  return out;
}
