import type { GeneratedImage } from '../../generator/types.ts';

/** How long one picture took, and which pictures it may be compared with: those of the same key. */
export interface Run {
  readonly key: string;
  readonly ms: number;
}

/** Pictures that are remembered. */
export const REMEMBERED = 12;

/** What a picture's time depends on, besides the device. */
export function runOf({ settings, backend, timing }: Pick<GeneratedImage, 'settings' | 'backend' | 'timing'>): Run {
  const { budget, steps, guidance, solver, strength } = settings;
  return { key: JSON.stringify([backend, budget, steps, guidance, solver, strength]), ms: timing.total };
}

/** With one more, and without the oldest when there are too many. */
export function remember(runs: readonly Run[], run: Run): Run[] {
  return [...runs, run].slice(-REMEMBERED);
}

export interface Summary {
  readonly count: number;
  readonly median: number;
  readonly fastest: number;
  readonly slowest: number;
}

/** Of the remembered runs with the last one's key; null where there are none. */
export function summarize(runs: readonly Run[]): Summary | null {
  const key = runs.at(-1)?.key;
  const sorted = runs.filter((run) => run.key === key).map(({ ms }) => ms);
  sorted.sort((a, b) => a - b);
  const [fastest, slowest] = [sorted[0], sorted.at(-1)];
  if (fastest === undefined || slowest === undefined) return null;
  const [low = 0, high = 0] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return { count: sorted.length, median: (low + high) / 2, fastest, slowest };
}
