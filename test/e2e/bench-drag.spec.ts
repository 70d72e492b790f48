import { expect, test } from '@playwright/test';
import { dragFigures } from '../../bench/core/drag.ts';
import { dragThePage } from '../../bench/drag.mjs';
import * as names from '../../src/ui/generation/drag-trace.ts';

test('the benchmark’s drag moves the slider of the page with the bundled model, and ends at one finished image', async ({
  browser,
  baseURL,
}) => {
  test.setTimeout(240_000);
  const tools = { figures: dragFigures, ...names };
  const { moves, steps, firstPixelsMs, finishedMs, budgets } = await dragThePage(browser, baseURL!, 2, tools);
  expect({ moves, steps }).toEqual({ moves: 2, steps: 20 });
  expect(budgets.finished.at(-1)).toBe(14);
  expect(budgets.firstPixels.at(-1)).toBe(14);
  expect(budgets.firstPixels.length).toBeLessThanOrEqual(2); // no queue: a move has first pixels at most once
  expect(budgets.finished.length).toBeLessThanOrEqual(budgets.firstPixels.length);
  expect(firstPixelsMs).toBeGreaterThan(0);
  expect(finishedMs).toBeGreaterThan(0);
});
