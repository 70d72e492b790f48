/**
 * Feature maps of the image decoder: [1 + H·W, C] float32, a pixel's channels side by side and padded with zeros to
 * whole vec4s. Pixel 0 is all zeros and no kernel writes it: it is what a convolution reads outside the picture, so
 * that no kernel branches at an edge. A buffer must therefore not be used again for a map of other channels.
 */
export interface MapShape {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/** A feature map in GPU memory, its pixel 0 zeros as a new buffer has it. */
export interface FeatureMap extends MapShape {
  readonly buffer: GPUBuffer;
}

/** Vec4s that hold a number of channels. */
export const quads = (channels: number): number => Math.ceil(channels / 4);

export const pixels = ({ height, width }: MapShape): number => height * width;

/** Bytes of a map's buffer. */
export const mapBytes = (shape: MapShape): number => 16 * quads(shape.channels) * (1 + pixels(shape));
