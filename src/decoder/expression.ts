import type { MapShape } from '../kernels/feature-map.ts';

/**
 * What a decoder computes, in the field's words: a tree from the picture down to the latents, whose branches may meet
 * again (a residual). Every expression knows the shape of the feature map it stands for.
 */
export type Expression = Latents | Affine | GroupNorm | Activation | Convolution | Sum | Shuffle | Clip;

/** The decoder's input. */
interface Latents extends MapShape {
  readonly kind: 'latents';
}

/** of · scale + shift, by channel. */
export interface Affine extends MapShape {
  readonly kind: 'affine';
  readonly of: Expression;
  readonly scale: Float64Array;
  readonly shift: Float64Array;
}

/** Normalised over groups of channels and all pixels, then · scale + shift by channel. */
export interface GroupNorm extends MapShape {
  readonly kind: 'group norm';
  readonly of: Expression;
  readonly groups: number;
  readonly epsilon: number;
  readonly scale: Float64Array;
  readonly shift: Float64Array;
}

interface Activation extends MapShape {
  readonly kind: 'sigmoid' | 'silu';
  readonly of: Expression;
}

/** Stride 1, zeros around the picture, the size kept. */
export interface Convolution extends MapShape {
  readonly kind: 'convolution';
  readonly of: Expression;
  /** Side of the kernel. */
  readonly size: 1 | 3;
  /** [channels, of.channels, size, size] */
  readonly weight: Float32Array<ArrayBuffer>;
  /** [channels] */
  readonly bias: Float32Array<ArrayBuffer>;
}

interface Sum extends MapShape {
  readonly kind: 'sum';
  readonly left: Expression;
  readonly right: Expression;
}

/** Squares of block × block pixels out of block² channels. */
export interface Shuffle extends MapShape {
  readonly kind: 'pixel shuffle';
  readonly of: Expression;
  readonly block: number;
}

export interface Clip extends MapShape {
  readonly kind: 'clip';
  readonly of: Expression;
  readonly low: number;
  readonly high: number;
}

/** The expressions that one is made of directly. */
export function operands(expression: Expression): readonly Expression[] {
  if (expression.kind === 'latents') return [];
  if (expression.kind === 'sum') return [expression.left, expression.right];
  return [expression.of];
}

/** of · scale + shift; taken into what `of` does already where that is one too, or a group norm. */
export function affine(of: Expression, scale: Float64Array, shift: Float64Array): Affine | GroupNorm {
  if (of.kind !== 'affine' && of.kind !== 'group norm') return { ...shapeOf(of), kind: 'affine', of, scale, shift };
  return {
    ...of,
    scale: of.scale.map((value, c) => value * at(scale, c)),
    shift: of.shift.map((value, c) => value * at(scale, c) + at(shift, c)),
  };
}

export function shapeOf({ channels, height, width }: MapShape): MapShape {
  return { channels, height, width };
}

export function sameShape(left: MapShape, right: MapShape): boolean {
  return left.channels === right.channels && left.height === right.height && left.width === right.width;
}

export const shapeText = ({ channels, height, width }: MapShape): string => `[${channels}, ${height}, ${width}]`;

function at(values: Float64Array, channel: number): number {
  const value = values[channel];
  if (value === undefined) throw new RangeError(`channel ${channel} of ${values.length}`);
  return value;
}
