import type { Mending } from '../store/studio-state.ts';

/** One line about a fault that the page deals with by itself, short enough for one line of a phone. */
export const MENDING_WORDS: Record<Mending, string> = {
  'gpu-lost': 'The GPU was lost. Setting it up again.',
  'gpu-back': 'The GPU was lost and set up again.',
  'gpu-failed': 'The GPU cannot go on. The CPU takes over.',
  'gpu-replaced': 'The GPU could not go on. Now the CPU draws.',
  'worker-lost': 'The drawing worker stopped. Starting it again.',
  'worker-back': 'The drawing worker stopped and was started again.',
};
