import { expect, test } from 'vitest';
import { dragFigures, type MoveMeasure } from './drag.ts';

const measure = (duration: number, budget: number, steps: number): MoveMeasure => ({
  duration,
  detail: { budget, steps },
});

test('sums up a drag by medians, and counts the drafts', () => {
  const pixels = [measure(90, 9, 4), measure(50, 12, 4), measure(70, 16, 20)];
  expect(dragFigures(8, 20, pixels, [measure(400, 16, 20)])).toEqual({
    moves: 8,
    firstPixelsMs: 70,
    finishedMs: 400,
    drafts: 2,
    steps: 20,
    budgets: { firstPixels: [9, 12, 16], finished: [16] },
  });
});

test('a drag that showed nothing has no times', () => {
  expect(dragFigures(3, 20, [], [])).toMatchObject({ firstPixelsMs: null, finishedMs: null, drafts: 0 });
});
