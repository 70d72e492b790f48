import { ElitError } from '../../errors.ts';
import type { GeneratedImage } from '../../generator/types.ts';
import type { Draft } from '../store/studio-state.ts';

/** Draws beside the user's own pictures, which go first. Rejects when it cannot, or with the signal's reason. */
export type DrawAside = (draft: Draft, signal: AbortSignal) => Promise<GeneratedImage>;

/** Why work beside the user's pictures came to nothing, for people. Of the engine's end the studio says what there is. */
export function problem(thrown: unknown): string {
  return isEnd(thrown) ? '' : ElitError.from(thrown).message;
}

/** The same with what to do. */
export function problemAndHint(thrown: unknown): string {
  if (isEnd(thrown)) return '';
  const { message, hint } = ElitError.from(thrown);
  return `${message} ${hint}`;
}

function isEnd(thrown: unknown): boolean {
  return thrown instanceof DOMException && thrown.name === 'AbortError';
}
