import { afterEach, expect, it } from 'vitest';
import type { Pixels } from '../../generator/types.ts';
import { DragTrace, MOVE_TO_IMAGE, MOVE_TO_PIXELS } from './drag-trace.ts';

const pixels = (): Pixels => ({ width: 1, height: 1, data: new Uint8ClampedArray(4) });
const measured = (name: string) =>
  performance.getEntriesByName(name, 'measure').map((entry) => (entry as PerformanceMeasure).detail);

afterEach(() => performance.clearMeasures());

it('measures a move once to its first pixels and once to its image', () => {
  const trace = new DragTrace();
  const move = trace.moved();
  const [draft, preview, image] = [pixels(), pixels(), pixels()];
  trace.drawn(move, draft, { budget: 3, steps: 6 }, false);
  trace.drawn(move, preview, { budget: 3, steps: 20 }, false);
  trace.drawn(move, image, { budget: 3, steps: 20 }, true);
  expect(measured(MOVE_TO_PIXELS)).toEqual([]);
  for (const one of [draft, preview, image, image]) trace.painted(one);
  expect(measured(MOVE_TO_PIXELS)).toEqual([{ budget: 3, steps: 6 }]);
  expect(measured(MOVE_TO_IMAGE)).toEqual([{ budget: 3, steps: 20 }]);
});

it('starts at the move', () => {
  const trace = new DragTrace();
  const before = performance.now();
  const move = trace.moved();
  const image = pixels();
  trace.drawn(move, image, { budget: 3, steps: 20 }, true);
  trace.painted(image);
  for (const { startTime, duration } of performance.getEntriesByType('measure')) {
    expect(startTime).toBeGreaterThanOrEqual(before);
    expect(startTime + duration).toBeLessThanOrEqual(performance.now());
  }
});

it('keeps to moves: other pictures are not measured, and what is old is dropped', () => {
  const trace = new DragTrace();
  trace.painted(pixels());
  expect(performance.getEntriesByType('measure')).toEqual([]);
  for (let i = 0; i < 1500; i++) {
    const image = pixels();
    trace.drawn(trace.moved(), image, { budget: 3, steps: 20 }, true);
    trace.painted(image);
  }
  expect(measured(MOVE_TO_IMAGE).length).toBeLessThanOrEqual(1000);
});
