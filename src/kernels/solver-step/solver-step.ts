import type { Dispatch } from '../../gpu/program.ts';
import { elementGrid, words } from '../layout.ts';
import stageCode from '../stage.wgsl?raw';
import solverStepCode from './solver-step.wgsl?raw';

export interface SolverStepOptions {
  readonly label: string;
  readonly part: string;
  /** Output of the network's last layer [images·T, columns]; conditional images first, then the guiding ones. */
  readonly tokens: GPUBuffer;
  readonly asked: GPUBuffer;
  readonly x: GPUBuffer;
  readonly previous: GPUBuffer;
  readonly noise: GPUBuffer;
  readonly next: GPUBuffer;
  readonly velocity: GPUBuffer;
  readonly clean: GPUBuffer;
  readonly states: number;
  readonly guided: boolean;
  readonly channels: number;
  readonly patch: number;
  readonly grid: number;
  readonly columns: number;
}

/** Guidance, unpatchify and the solver's update in one; see solver-step.wgsl. */
export function solverStep(options: SolverStepOptions): Dispatch {
  const count = options.states * options.channels * (options.patch * options.grid) ** 2;
  const { workgroups, row } = elementGrid(count);
  const guiding = options.guided ? options.states * options.grid ** 2 : 0;
  return {
    kernel: {
      name: 'solver-step',
      code: stageCode + solverStepCode,
      bindings: ['read', 'read', 'read', 'read', 'read', 'write', 'write', 'write'],
      constants: {},
    },
    label: options.label,
    part: options.part,
    buffers: [
      options.tokens,
      options.asked,
      options.x,
      options.previous,
      options.noise,
      options.next,
      options.velocity,
      options.clean,
    ],
    params: words(count, options.channels, options.patch, options.grid, options.columns, guiding, row),
    workgroups,
    flops: 12 * count,
    bytes: 4 * count * (options.guided ? 9 : 8), // tokens once or twice, four states, three results
  };
}
