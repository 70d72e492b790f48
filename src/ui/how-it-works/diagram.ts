import type { ModelInfo } from '../../generator/types.ts';

/** A part of the network at one budget. */
export interface Part {
  readonly name: 'Head' | 'Read' | 'Core' | 'Write' | 'Tail';
  /** What it works on: “1 block, 64 tokens”. */
  readonly work: string;
  /** Its FLOPs as a share of a whole forward at the full budget. */
  readonly share: number;
}

/** The network at one budget. */
export interface Anatomy {
  readonly parts: readonly Part[];
  /** Embedding, conditioning and the last layer together: the share of what no part counts. */
  readonly rest: number;
  /** All of it. */
  readonly total: number;
}

/** Kept latents by share: what the core of a budget works on. Null for a network without latents, or no such budget. */
export function anatomy(
  { maxBudget, groups, network: { tokens, blocks, partShare } }: Pick<ModelInfo, 'maxBudget' | 'groups' | 'network'>,
  budget: number,
): Anatomy | null {
  const shares = partShare[budget - 1];
  if (shares === undefined || blocks.core === 0) return null;
  const { embed, conditioning, head, read, core, write, tail, final } = shares;
  const latents = groups * maxBudget;
  const rest = embed + conditioning + final;
  return {
    parts: [
      { name: 'Head', work: `${counted(blocks.head, 'block')}, ${tokens} tokens`, share: head },
      { name: 'Read', work: `${tokens} tokens to ${latents} latents`, share: read },
      { name: 'Core', work: `${counted(blocks.core, 'block')}, ${groups * budget} of ${latents} latents`, share: core },
      { name: 'Write', work: `${latents} latents to ${tokens} tokens`, share: write },
      { name: 'Tail', work: `${counted(blocks.tail, 'block')}, ${tokens} tokens`, share: tail },
    ],
    rest,
    total: rest + head + read + core + write + tail,
  };
}

/** Side of the square that tokens and latents are drawn in, and the gaps in it. */
export const SIDE = 96;
const WINDOW_GAP = 0.6;
const FILLED = 0.74;

/** Outlines for two `<path>`s: places that are kept and places that are not. */
export interface Places {
  readonly kept: string;
  readonly dropped: string;
}

/**
 * All places of a picture, a small square each, in windows as the network groups them; the first `kept` of every
 * window stand apart from the others.
 * @param tokens all places, a square number
 * @param groups windows, a square number
 */
export function places(tokens: number, groups: number, kept: number): Places {
  const side = Math.round(Math.sqrt(tokens));
  const across = Math.round(Math.sqrt(groups));
  const window = side / across;
  const unit = SIDE / (side + WINDOW_GAP * (across - 1));
  const paths = { kept: '', dropped: '' };
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const slot = (row % window) * window + (column % window);
      paths[slot < kept ? 'kept' : 'dropped'] += square(column, row);
    }
  }
  return paths;

  function square(column: number, row: number): string {
    const at = (place: number) => round((place + WINDOW_GAP * Math.floor(place / window)) * unit);
    const edge = round(unit * FILLED);
    return `M${at(column)} ${at(row)}h${edge}v${edge}h${-edge}z`;
  }
}

/** A ribbon from one height to another, both 0 .. 1 of the square: what Read narrows and Write widens. */
export function ribbon(from: number, to: number): string {
  const [left, right] = [from, to].map((height) => round((SIDE / 2) * Math.max(0.06, height)));
  const [half, bend] = [SIDE / 2, SIDE / 2];
  const [lt, rt, lb, rb] = [half - left!, half - right!, half + left!, half + right!].map(round);
  return `M0 ${lt}C${bend} ${lt} ${bend} ${rt} ${SIDE} ${rt}V${rb}C${bend} ${rb} ${bend} ${lb} 0 ${lb}z`;
}

function counted(count: number, noun: string): string {
  return count === 1 ? `1 ${noun}` : `${count} ${noun}s`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
