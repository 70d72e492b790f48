import { describe, expect, it } from 'vitest';
import type { Settings } from '../../generator/types.ts';
import { caption, draftWords } from './caption.ts';
import { drawProgress } from './draw-progress.ts';
import { loadFraction, loadWords } from './load-progress.ts';
import { duration, milliseconds, percent } from './numbers.ts';

const settings: Settings = {
  ...{ subject: 'cat face', style: 'noto', seed: 7, steps: 20, budget: 8, solver: 'euler' },
  guidance: { kind: 'cfg', scale: 2.5, budget: 1, interval: [0, 1] },
};

describe('numbers', () => {
  it('shows as many digits as say something', () => {
    expect([4.26, 83.4, 1940.2].map(milliseconds)).toEqual(['4.3', '83', '1940']);
    expect(duration(9999)).toEqual({ value: '9999', unit: 'ms' });
    expect(duration(12_345)).toEqual({ value: '12.3', unit: 's' });
    expect(percent(0.584)).toBe('58 %');
  });
});

describe('caption', () => {
  it('says what the image shows', () => {
    expect(caption(settings)).toBe('cat face, noto · seed 7 · 20 steps · guidance 2.5');
  });

  it('quotes a prompt, cuts a long one, and keeps one from right to left from turning the rest around', () => {
    const words = (prompt: string) => caption({ ...settings, subject: 'any', prompt }).split(', noto')[0];
    expect(words('a red dragon')).toBe('“a red dragon”');
    expect(words('🐉'.repeat(61))).toBe(`“${'🐉'.repeat(60)}…”`);
    expect(words('تفاحة')).toBe('“\u2068تفاحة\u2069”');
  });

  it('says of a draft that it is one', () => {
    expect(draftWords({ ...settings, steps: 6 })).toBe('Draft, 6 steps');
    expect(draftWords({ ...settings, steps: 1 })).toBe('Draft, 1 step');
  });

  it('leaves out what was not used', () => {
    const plain = { ...settings, style: 'any', seed: null, steps: 1, guidance: { ...settings.guidance, scale: 1 } };
    expect(caption({ ...settings, strength: 0.6, picture: '0badcafe' })).toBe(
      'cat face, noto · from a picture, strength 60 % · seed 7 · 20 steps · guidance 2.5',
    );
    expect(caption(plain)).toBe('cat face · own noise · 1 step · no guidance');
  });
});

describe('draw progress', () => {
  it('is of the steps, and before them of what reads the prompt', () => {
    const encoder = { done: 5_800_000, total: 23_200_000 };
    const drawing = { kind: 'drawing', step: 0, steps: 20, encoder } as const;
    expect(drawProgress(drawing)).toEqual({
      ...{ label: 'Fetching what reads prompts', amount: '5.8 of 23.2 MB', fraction: 0.25 },
    });
    expect(drawProgress({ ...drawing, step: 5 })).toEqual({
      label: 'Drawing',
      amount: '5 of 20 steps',
      fraction: 0.25,
    });
  });
});

describe('load progress', () => {
  it('fills one bar from the first phase to the end of the last', () => {
    const phases = ['manifest', 'weights', 'compile', 'decoder', 'warmup'] as const;
    const ends = phases.map((phase) => loadFraction({ phase, done: 1, total: 1 }));
    const starts = phases.map((phase) => loadFraction({ phase, done: 0, total: 0 }));
    expect(starts[0]).toBe(0);
    expect(ends.at(-1)).toBe(1);
    for (const [i, end] of ends.slice(0, -1).entries()) expect(starts[i + 1]).toBeCloseTo(end);
  });

  it('gives bytes while downloading', () => {
    const words = loadWords({ phase: 'weights', done: 12_300_000, total: 42_219_296 });
    expect(words).toEqual({ label: 'Downloading the weights', amount: '12.3 of 42.2 MB' });
    expect(loadWords({ phase: 'compile', done: 0, total: 1 }).amount).toBe('');
    expect(loadWords(null).label).toBe('Starting');
  });
});
