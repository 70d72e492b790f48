import type { Dispatch } from '../../gpu/program.ts';
import { type FeatureMap, type MapShape, pixels, quads } from '../feature-map.ts';
import { elementGrid, floatWord, words } from '../layout.ts';
import applyCode from './apply.wgsl?raw';
import factorsCode from './factors.wgsl?raw';
import statisticsCode from './statistics.wgsl?raw';

/** Runs are at least this long, and there are at most so many: the middle kernel reads one pair of numbers a run. */
const SHORTEST_RUN = 16;
const MOST_RUNS = 128;

/** What the three kernels pass on; may be shared by all norms of one number of channels. */
export interface GroupNormScratch {
  /** [runs, channels] each, see `statisticsBytes`. */
  readonly means: GPUBuffer;
  readonly deviations: GPUBuffer;
  /** [channels] each. */
  readonly centre: GPUBuffer;
  readonly scale: GPUBuffer;
}

export interface GroupNormOptions {
  readonly label: string;
  readonly part: string;
  readonly input: FeatureMap;
  /** Weight and bias [channels], padded to whole vec4s. */
  readonly gamma: GPUBuffer;
  readonly beta: GPUBuffer;
  readonly groups: number;
  readonly epsilon: number;
  readonly silu: boolean;
  readonly scratch: GroupNormScratch;
  readonly output: FeatureMap;
}

/** Group norm, with SiLU or without, as three launches; see statistics.wgsl, factors.wgsl and apply.wgsl. */
export function groupNorm(options: GroupNormOptions): Dispatch[] {
  return [statistics(options), factors(options), apply(options)];
}

/** Bytes of each of the two buffers of statistics. */
export const statisticsBytes = (shape: MapShape): number => 16 * runs(shape).count * quads(shape.channels);

function runs(shape: MapShape): { length: number; count: number } {
  const length = Math.max(SHORTEST_RUN, Math.ceil(pixels(shape) / MOST_RUNS));
  return { length, count: Math.ceil(pixels(shape) / length) };
}

function statistics({ label, part, input, scratch }: GroupNormOptions): Dispatch {
  const { length, count: runCount } = runs(input);
  const channels4 = quads(input.channels);
  const count = runCount * channels4;
  const { workgroups, row } = elementGrid(count);
  return {
    kernel: {
      name: 'group-norm statistics',
      code: statisticsCode,
      bindings: ['read', 'write', 'write'],
      constants: {},
    },
    label: `${label} statistics`,
    part,
    buffers: [input.buffer, scratch.means, scratch.deviations],
    params: words(count, pixels(input), channels4, length, row),
    workgroups,
    flops: 4 * pixels(input) * input.channels,
    bytes: 16 * channels4 * (pixels(input) + 2 * runCount),
  };
}

function factors({ label, part, input, gamma, groups, epsilon, scratch }: GroupNormOptions): Dispatch {
  const { length, count: runCount } = runs(input);
  const width = input.channels / groups;
  return {
    kernel: {
      name: 'group-norm factors',
      code: factorsCode,
      bindings: ['read', 'read', 'read', 'write', 'write'],
      constants: {},
    },
    label: `${label} factors`,
    part,
    buffers: [scratch.means, scratch.deviations, gamma, scratch.centre, scratch.scale],
    params: words(pixels(input), 4 * quads(input.channels), width, length, runCount, floatWord(epsilon)),
    workgroups: [groups, 1, 1],
    flops: 6 * runCount * input.channels,
    bytes: 16 * quads(input.channels) * (2 * runCount + 3),
  };
}

function apply({ label, part, input, beta, silu, scratch, output }: GroupNormOptions): Dispatch {
  const channels4 = quads(input.channels);
  const count = pixels(input) * channels4;
  const { workgroups, row } = elementGrid(count);
  return {
    kernel: {
      name: silu ? 'group-norm apply + SiLU' : 'group-norm apply',
      code: applyCode,
      bindings: ['read', 'read', 'read', 'read', 'write'],
      constants: { SILU: Number(silu) },
    },
    label: `${label} apply`,
    part,
    buffers: [input.buffer, scratch.centre, scratch.scale, beta, output.buffer],
    params: words(count, channels4, row),
    workgroups,
    flops: (silu ? 7 : 3) * pixels(input) * input.channels,
    bytes: 16 * (2 * count + 3 * channels4),
  };
}
