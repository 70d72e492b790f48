import type { Mending } from '../store/studio-state.ts';

/** One line about a fault that the page deals with by itself; empty when there is none. */
export function mendingWords(mending: Mending | null): string {
  if (mending === null) return '';
  const { what, isDone } = mending;
  if (what === 'gpu') {
    return isDone
      ? 'The connection to the GPU was lost and set up again.'
      : 'The connection to the GPU was lost. It is being set up again.';
  }
  return isDone
    ? 'The drawing worker stopped and was started again.'
    : 'The drawing worker stopped. It is being started again.';
}
