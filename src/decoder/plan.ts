import { RGBA } from '../kernels/rgba8/rgba8.ts';
import {
  type Affine,
  type Clip,
  type Convolution,
  type Expression,
  type GroupNorm,
  operands,
  type Shuffle,
} from './expression.ts';
import { malformed, unsupported } from './failure.ts';

/**
 * An expression cut into steps for our kernels, in the order they run. A step's result is named by the expression it
 * stands for; what a step takes in beside its own operation (SiLU after a norm, the sum after a convolution) never
 * becomes a feature map.
 */
export type Step = LatentsStep | ConvolutionStep | NormStep | ShuffleStep;

interface Made {
  /** The feature map that is made. */
  readonly out: Expression;
}

/** Latents to a feature map, scaled and shifted. */
export interface LatentsStep extends Made {
  readonly kind: 'latents';
  readonly affine: Affine | null;
}

export interface ConvolutionStep extends Made {
  readonly kind: 'convolution';
  readonly convolution: Convolution;
  readonly residual: Expression | null;
}

export interface NormStep extends Made {
  readonly kind: 'norm';
  readonly norm: GroupNorm;
  readonly silu: boolean;
}

export interface ShuffleStep extends Made {
  readonly kind: 'shuffle';
  readonly shuffle: Shuffle;
}

/** How the last feature map becomes the picture. */
export interface Ending {
  readonly of: Expression;
  readonly block: number;
  readonly affine: Affine | null;
  readonly clip: Clip | null;
}

export interface Plan {
  readonly steps: readonly Step[];
  readonly ending: Ending;
}

/** @throws ElitError decoder-failed when operations follow each other in a way that our kernels do not fuse */
export function planDecoder(image: Expression): Plan {
  if (image.channels !== RGBA) throw malformed(`The decoder makes ${image.channels} channels, not the 4 of RGBA.`);
  const ending = planEnding(image);
  const planner = new Planner(ending.of);
  return { steps: planner.steps, ending };
}

/** Peels off what the last kernel does: clip, scale and shift, pixel shuffle. */
function planEnding(image: Expression): Ending {
  const clip = image.kind === 'clip' ? image : null;
  const unclipped = clip?.of ?? image;
  const affine = unclipped.kind === 'affine' ? unclipped : null;
  const unscaled = affine?.of ?? unclipped;
  if (unscaled.kind === 'pixel shuffle') return { of: unscaled.of, block: unscaled.block, affine, clip };
  return { of: unscaled, block: 1, affine, clip };
}

/** The maps that a step reads. */
export function inputsOf(step: Step): readonly Expression[] {
  switch (step.kind) {
    case 'latents':
      return [];
    case 'convolution':
      return step.residual === null ? [step.convolution.of] : [step.convolution.of, step.residual];
    case 'norm':
      return [step.norm.of];
    case 'shuffle':
      return [step.shuffle.of];
  }
}

/** Lists the steps that make an expression, each once, what they read before them. */
class Planner {
  readonly steps: Step[] = [];
  readonly #uses: ReadonlyMap<Expression, number>;
  readonly #made = new Set<Expression>();

  constructor(root: Expression) {
    this.#uses = countUses(root);
    this.#make(root);
  }

  /** Without recursion, for a file can nest as deep as it has nodes. */
  #make(root: Expression): void {
    const waiting = [root];
    for (let out = waiting.at(-1); out !== undefined; out = waiting.at(-1)) {
      const step = this.#stepFor(out);
      const missing = inputsOf(step).filter((input) => !this.#made.has(input));
      if (missing.length > 0) {
        waiting.push(...missing);
        continue;
      }
      waiting.pop();
      if (this.#made.has(out)) continue; // asked for by two
      this.#made.add(out);
      this.steps.push(step);
    }
  }

  #stepFor(out: Expression): Step {
    if (out.kind === 'latents') return { kind: 'latents', out, affine: null };
    if (out.kind === 'affine' && out.of.kind === 'latents') return { kind: 'latents', out, affine: out };
    if (out.kind === 'convolution') return { kind: 'convolution', out, convolution: out, residual: null };
    if (out.kind === 'group norm') return { kind: 'norm', out, norm: out, silu: false };
    if (out.kind === 'silu' && out.of.kind === 'group norm') return { kind: 'norm', out, norm: out.of, silu: true };
    if (out.kind === 'pixel shuffle') return { kind: 'shuffle', out, shuffle: out };
    if (out.kind === 'sum') {
      if (this.#isFresh(out.left)) return { kind: 'convolution', out, convolution: out.left, residual: out.right };
      if (this.#isFresh(out.right)) return { kind: 'convolution', out, convolution: out.right, residual: out.left };
    }
    const inside = operands(out).map((operand) => operand.kind);
    throw unsupported(`Our kernels have no ${out.kind} of ${inside.join(' and ')}, which the decoder uses.`);
  }

  /** A convolution that nothing else reads can take the sum into its last step. */
  #isFresh(expression: Expression): expression is Convolution {
    return expression.kind === 'convolution' && this.#uses.get(expression) === 1;
  }
}

/** How many expressions read each one. */
function countUses(root: Expression): Map<Expression, number> {
  const uses = new Map<Expression, number>();
  const waiting = [root];
  for (let expression = waiting.pop(); expression !== undefined; expression = waiting.pop()) {
    for (const operand of operands(expression)) {
      const count = uses.get(operand) ?? 0;
      uses.set(operand, count + 1);
      if (count === 0) waiting.push(operand);
    }
  }
  return uses;
}
