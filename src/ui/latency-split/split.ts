import type { Part, PartTimes } from '../../generator/part-times.ts';
import type { GeneratedImage } from '../../generator/types.ts';
import { guidanceKey } from '../target-latency/choose.ts';

/** What was measured: null is nothing yet, 'none' that the device cannot tell. */
export type MeasuredParts = PartTimes | 'none' | null;

/** A piece of the bar. */
export interface Piece {
  readonly id: Part | 'sampling' | 'decoding' | 'rest';
  readonly name: string;
  readonly ms: number;
  /** Of all pieces, 0 .. 1. */
  readonly share: number;
}

export interface Split {
  readonly pieces: readonly Piece[];
  /** Whether it is one of the network's parts, rather than all there is to tell without timestamps. */
  readonly isOfParts: boolean;
  readonly note: string;
}

const NAMES: Readonly<Record<Part, string>> = {
  conditioning: 'Conditioning',
  head: 'Head',
  read: 'Read',
  core: 'Core',
  write: 'Write',
  tail: 'Tail',
  decode: 'Decode',
};

/** Whether what was measured is of such a picture. */
export function isOf(parts: MeasuredParts, { settings }: Pick<GeneratedImage, 'settings'>): parts is PartTimes {
  if (parts === null || parts === 'none') return false;
  const { budget, steps, guidance, solver } = parts.settings;
  return (
    budget === settings.budget &&
    steps === settings.steps &&
    solver === settings.solver &&
    guidanceKey(guidance) === guidanceKey(settings.guidance)
  );
}

/** What a picture's time went into, in the order of the network, and how that is known. */
export function splitOf(image: Pick<GeneratedImage, 'settings' | 'timing' | 'backend'>, parts: MeasuredParts): Split {
  const { timing, backend } = image;
  if (!isOf(parts, image)) {
    const known = [
      { id: 'sampling', name: 'Sampling', ms: timing.sampling } as const,
      { id: 'decoding', name: 'Decoding', ms: timing.decoding } as const,
    ];
    return { pieces: withRest(known, timing.total), isOfParts: false, note: whyNot(backend, parts) };
  }
  const ids = Object.keys(NAMES) as Part[];
  const known = ids.filter((id) => parts.ms[id] > 0).map((id) => ({ id, name: NAMES[id], ms: parts.ms[id] }));
  const note = `Sampled at rest by the GPU’s timestamps, at budget ${parts.settings.budget}. Head and tail are with embedding and output; the rest is launches, solver, copies and the way to the page.`;
  return { pieces: withRest(known, timing.total), isOfParts: true, note };
}

function whyNot(backend: GeneratedImage['backend'], parts: MeasuredParts): string {
  if (backend === 'wasm') return 'The CPU draws, and tells no more than this.';
  return parts === 'none'
    ? 'This GPU has no timestamps, and tells no more than this.'
    : 'The parts are sampled when nothing is drawn.';
}

/** Timed apart, the parts may come to more than the picture took: then nothing is left over. */
function withRest(known: readonly Omit<Piece, 'share'>[], total: number): Piece[] {
  const sum = known.reduce((all, { ms }) => all + ms, 0);
  const pieces = [...known, { id: 'rest', name: 'The rest', ms: Math.max(0, total - sum) } as const];
  const all = Math.max(sum, total);
  return pieces.map((piece) => ({ ...piece, share: all > 0 ? piece.ms / all : 0 }));
}
