import type { LoadPhase, LoadProgress } from '../../generator/types.ts';
import { megabytes } from './numbers.ts';

/** Where each phase begins and how much of the whole bar it takes; roughly its share of the time. */
const SPAN: Record<LoadPhase, readonly [start: number, share: number]> = {
  manifest: [0, 0.02],
  weights: [0.02, 0.68],
  compile: [0.7, 0.15],
  decoder: [0.85, 0.05],
  warmup: [0.9, 0.1],
};

const WORDS: Record<LoadPhase, string> = {
  manifest: 'Reading the model’s description',
  weights: 'Downloading the weights',
  compile: 'Preparing the GPU',
  decoder: 'Preparing the image decoder',
  warmup: 'Drawing a first time, to warm up',
};

/** How far the whole load is, 0 .. 1. */
export function loadFraction({ phase, done, total }: LoadProgress): number {
  const [start, share] = SPAN[phase];
  return start + share * (total > 0 ? Math.min(1, done / total) : 0);
}

/** The load in words: the phase, and how much of it is done. */
export function loadWords(progress: LoadProgress | null): { label: string; amount: string } {
  if (progress === null) return { label: 'Starting', amount: '' };
  const { phase, done, total } = progress;
  const amount = phase === 'weights' ? `${megabytes(done)} of ${megabytes(total)} MB` : '';
  return { label: WORDS[phase], amount };
}
