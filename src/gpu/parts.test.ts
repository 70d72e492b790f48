import { expect, it } from 'vitest';
import { partFigures } from './parts.ts';

it('adds up the launches of each part, by the median of the runs', () => {
  const launch = (part: string, flops: number) => ({ part, flops });
  const dispatches = [launch('head', 10), launch('core', 5), launch('core', 7), launch('tail', 10)];
  const runs = [
    [1, 2, 3, 4],
    [1, 9, 3, 5],
    [2, 4, 3, 90],
  ];
  expect(partFigures(dispatches, runs)).toEqual([
    { part: 'head', dispatches: 1, flops: 10, ms: 1 },
    { part: 'core', dispatches: 2, flops: 12, ms: 7 },
    { part: 'tail', dispatches: 1, flops: 10, ms: 5 },
  ]);
});
