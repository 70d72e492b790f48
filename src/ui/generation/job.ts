import type { GenerateRequest } from '../../generator/types.ts';
import type { Draft } from '../store/studio-state.ts';
import type { Move } from './drag-trace.ts';

/** A picture to draw. */
export interface Job {
  readonly draft: Draft;
  /** Solver steps: fewer than the draft's while the slider is dragged on a slow device. */
  readonly steps: number;
  /** The slider's move that asked for it, or null. */
  readonly move: Move | null;
}

/** Whether it has fewer steps than the picture at rest. */
export function isDraft({ steps, draft }: Job): boolean {
  return steps < draft.steps;
}

/** What the engine is asked. Noise of its own stands in the place of the seed and of its variation. */
export function request({ steps, draft: { noise, seed, variation, start, ...settings } }: Job): GenerateRequest {
  const begun = start ? { image: start.pixels, strength: start.strength } : {};
  const asked = { ...settings, ...begun, steps };
  if (noise !== null) return { ...asked, noise };
  return { ...asked, seed, ...(variation === undefined ? {} : { variation }) };
}
