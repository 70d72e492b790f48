import type { Gpu } from '../gpu/gpu.ts';
import type { Dispatch } from '../gpu/program.ts';
import { conv3x3, packConv3x3 } from '../kernels/conv3x3/conv3x3.ts';
import { type FeatureMap, type MapShape, mapBytes, pixels, quads } from '../kernels/feature-map.ts';
import { type GroupNormScratch, groupNorm, statisticsBytes } from '../kernels/group-norm/group-norm.ts';
import { latentsToMap } from '../kernels/latents/latents.ts';
import type { Rows } from '../kernels/layout.ts';
import { matmul } from '../kernels/matmul/matmul.ts';
import { pixelShuffle } from '../kernels/pixel-shuffle/pixel-shuffle.ts';
import { RGBA, rgba8 } from '../kernels/rgba8/rgba8.ts';
import { type Convolution, type Expression, shapeText } from './expression.ts';
import { malformed } from './failure.ts';
import {
  type ConvolutionStep,
  type Ending,
  inputsOf,
  type LatentsStep,
  type NormStep,
  type Plan,
  type Step,
} from './plan.ts';

/** A file can ask for many large maps; no picture needs more. */
const MOST_MAP_BYTES = 2 ** 31;
/** Rows of a product are pixels; pixel 0 stands for the surroundings. */
const PIXEL_ROWS: Rows = { base: 1, inner: 1, outer: 1, step: 0 };
/** What stands for no bound: the largest float32. */
const UNBOUNDED = 3.4028234663852886e38;

/** A decoder's launches with the buffers they work on. */
export interface Recording {
  readonly dispatches: readonly Dispatch[];
  /** Planes [C, h, w] go in here … */
  readonly latents: GPUBuffer;
  /** … and RGBA8 comes out here. */
  readonly rgba: GPUBuffer;
}

/**
 * Turns steps into launches: uploads their weights and gives every map a buffer, which the next map of the same shape
 * takes over once nothing reads it any more. Owns all buffers; `dispose` also frees what a failed recording left.
 */
export class Recorder {
  readonly #gpu: Gpu;
  readonly #owned: GPUBuffer[] = [];
  readonly #free = new Map<string, GPUBuffer[]>();
  readonly #maps = new Map<Expression, FeatureMap>();
  readonly #scratch = new Map<string, GroupNormScratch>();
  #mapBytes = 0;

  constructor(gpu: Gpu) {
    this.#gpu = gpu;
  }

  /** @throws ElitError gpu-limits | decoder-failed when the maps need more memory than any picture should */
  record({ steps, ending }: Plan, latents: MapShape): Recording {
    const input = this.#keep(this.#gpu.createStorage('latents', 4 * latents.channels * pixels(latents)));
    const lastReads = lastReaders(steps);
    const dispatches = steps.flatMap((step, index) => {
      const launches = this.#launches(step, this.#createMap(step.out), input);
      for (const map of lastReads.get(index) ?? []) if (map !== ending.of) this.#release(map);
      return launches;
    });
    const { width, height } = ending.of;
    const rgba = this.#keep(this.#gpu.createStorage('image', RGBA * width * height * ending.block ** 2));
    return { dispatches: [...dispatches, this.#ending(ending, rgba)], latents: input, rgba };
  }

  dispose(): void {
    for (const buffer of this.#owned.splice(0)) this.#gpu.destroyBuffer(buffer);
  }

  #launches(step: Step, output: FeatureMap, latents: GPUBuffer): Dispatch[] {
    switch (step.kind) {
      case 'latents':
        return [this.#latents(step, latents, output)];
      case 'convolution':
        return [this.#convolution(step, output)];
      case 'norm':
        return this.#norm(step, output);
      case 'shuffle': {
        const { of, block } = step.shuffle;
        return [pixelShuffle({ label: name(step), part: 'decode', input: this.#map(of), output, block })];
      }
    }
  }

  #latents(step: LatentsStep, latents: GPUBuffer, output: FeatureMap): Dispatch {
    const scale = step.affine?.scale ?? new Float64Array(output.channels).fill(1);
    const shift = step.affine?.shift ?? new Float64Array(output.channels);
    return latentsToMap({
      label: name(step),
      part: 'decode',
      latents,
      scale: this.#vector('scale of latents', scale),
      shift: this.#vector('shift of latents', shift),
      output,
    });
  }

  #convolution(step: ConvolutionStep, output: FeatureMap): Dispatch {
    const { convolution } = step;
    const input = this.#map(convolution.of);
    const residual = step.residual && this.#map(step.residual);
    const { size } = convolution;
    const label = `convolution ${size}×${size}, ${input.channels} -> ${shapeText(step.out)}`;
    const bias = this.#vector(`${label} bias`, convolution.bias);
    if (size === 3) {
      const packed = packConv3x3(convolution.weight, input.channels, output.channels);
      const weights = this.#keep(this.#gpu.upload(`${label} weights`, packed));
      return conv3x3({
        label,
        part: 'decode',
        input,
        weights,
        bias,
        residual,
        output,
        variant: this.#convolutionVariant,
      });
    }
    // A 1×1 convolution is a product: its rows are the pixels.
    return matmul({
      label,
      part: 'decode',
      linear: {
        weight: this.#keep(this.#gpu.upload(`${label} weights`, padLinear(convolution))),
        type: 'F32',
        bias,
        inputs: 4 * quads(input.channels),
        outputs: 4 * quads(output.channels),
      },
      input: input.buffer,
      output: output.buffer,
      rows: pixels(output),
      inputRows: PIXEL_ROWS,
      outputRows: PIXEL_ROWS,
      ...(residual && { residual: { buffer: residual.buffer, rows: PIXEL_ROWS } }),
    });
  }

  /** A software adapter pays for every load. Hardware does not, and its subgroups are not known to be right. */
  get #convolutionVariant(): 'direct' | 'quad' {
    return this.#gpu.isSoftware && this.#gpu.device.features.has('subgroups') ? 'quad' : 'direct';
  }

  #norm(step: NormStep, output: FeatureMap): Dispatch[] {
    const { norm, silu } = step;
    const label = name(step);
    return groupNorm({
      label,
      part: 'decode',
      input: this.#map(norm.of),
      gamma: this.#vector(`${label} scale`, norm.scale),
      beta: this.#vector(`${label} shift`, norm.shift),
      groups: norm.groups,
      epsilon: norm.epsilon,
      silu,
      scratch: this.#normScratch(norm),
      output,
    });
  }

  #ending({ of, block, affine, clip }: Ending, output: GPUBuffer): Dispatch {
    return rgba8({
      label: 'image',
      part: 'decode',
      input: this.#map(of),
      output,
      block,
      scale: affine?.scale ?? [1, 1, 1, 1],
      shift: affine?.shift ?? [0, 0, 0, 0],
      low: Math.max(clip?.low ?? -UNBOUNDED, -UNBOUNDED),
      high: Math.min(clip?.high ?? UNBOUNDED, UNBOUNDED),
    });
  }

  #map(expression: Expression): FeatureMap {
    const map = this.#maps.get(expression);
    if (map === undefined) throw new RangeError(`no feature map for ${expression.kind}`);
    return map;
  }

  #createMap(shape: Expression): FeatureMap {
    const { channels, height, width } = shape;
    const key = shapeText(shape);
    const buffer = this.#free.get(key)?.pop() ?? this.#newMapBuffer(key, shape);
    const map = { channels, height, width, buffer };
    this.#maps.set(shape, map);
    return map;
  }

  #newMapBuffer(key: string, shape: MapShape): GPUBuffer {
    const bytes = mapBytes(shape);
    this.#mapBytes += bytes;
    if (this.#mapBytes > MOST_MAP_BYTES) {
      throw malformed(`The decoder needs more than ${MOST_MAP_BYTES} bytes for its feature maps.`);
    }
    return this.#keep(this.#gpu.createStorage(`map ${key}`, bytes));
  }

  /** Only a map of the same shape takes it over: pixel 0 and the padding are still zeros then. */
  #release(expression: Expression): void {
    const key = shapeText(expression);
    this.#free.set(key, [...(this.#free.get(key) ?? []), this.#map(expression).buffer]);
  }

  /** Norms run one after another, so those of one shape share what lies between their kernels. */
  #normScratch(shape: MapShape): GroupNormScratch {
    const key = shapeText(shape);
    const known = this.#scratch.get(key);
    if (known) return known;
    const buffer = (label: string, bytes: number) => this.#keep(this.#gpu.createStorage(`norm ${label} ${key}`, bytes));
    const scratch = {
      means: buffer('means', statisticsBytes(shape)),
      deviations: buffer('deviations', statisticsBytes(shape)),
      centre: buffer('centre', 16 * quads(shape.channels)),
      scale: buffer('scale', 16 * quads(shape.channels)),
    };
    this.#scratch.set(key, scratch);
    return scratch;
  }

  /** Numbers by channel, padded with zeros to whole vec4s. */
  #vector(label: string, values: ArrayLike<number>): GPUBuffer {
    return this.#keep(this.#gpu.upload(label, Float32Array.from(values)));
  }

  #keep(buffer: GPUBuffer): GPUBuffer {
    this.#owned.push(buffer);
    return buffer;
  }
}

/** Which maps are read for the last time by each step. */
function lastReaders(steps: readonly Step[]): Map<number, Expression[]> {
  const last = new Map<Expression, number>();
  steps.forEach((step, index) => {
    for (const input of inputsOf(step)) last.set(input, index);
  });
  const readers = new Map<number, Expression[]>();
  for (const [map, index] of last) readers.set(index, [...(readers.get(index) ?? []), map]);
  return readers;
}

/** Weights [outputs, inputs] of a 1×1 convolution, both padded with zeros to whole vec4s. */
function padLinear({ weight, channels, of }: Convolution): Float32Array<ArrayBuffer> {
  const columns = 4 * quads(of.channels);
  const padded = new Float32Array(4 * quads(channels) * columns);
  for (let row = 0; row < channels; row++) {
    padded.set(weight.subarray(row * of.channels, (row + 1) * of.channels), row * columns);
  }
  return padded;
}

const name = ({ kind, out }: Step): string => `${kind} ${shapeText(out)}`;
