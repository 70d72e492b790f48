import { describe, expect, it } from 'vitest';
import { toCsv, toSvg } from './export.ts';
import { layout, paretoFront, ticks } from './layout.ts';

const point = (value: number, latency: number, similarity: number) => ({ value, latency, similarity });
const points = [point(1, 40, 0.6), point(2, 50, 0.5), point(3, 60, 0.9), point(4, 60, 0.8), point(5, 90, 1)];

describe('the Pareto front', () => {
  it('has what nothing else beats, by latency', () => {
    expect(paretoFront(points.toReversed()).map(({ value }) => value)).toEqual([1, 3, 5]);
    expect(paretoFront([])).toEqual([]);
  });

  it('has a point once that another is equal to', () => {
    expect(paretoFront([point(1, 5, 0.5), point(2, 5, 0.5)])).toHaveLength(1);
  });
});

describe('the plot', () => {
  it('has ticks at round numbers that cover all', () => {
    expect(ticks(0, 90)).toEqual([0, 20, 40, 60, 80, 100]);
    expect(ticks(0.61, 1)).toEqual([0.6, 0.7, 0.8, 0.9, 1]);
    expect(ticks(1, 1).length).toBeGreaterThan(1);
  });

  it('puts slower to the right, nearer up, and all inside', () => {
    const { dots } = layout(points, 320, 300);
    expect(dots[4]!.x).toBeGreaterThan(dots[0]!.x);
    expect(dots[4]!.y).toBeLessThan(dots[0]!.y);
    for (const { x, y } of dots) expect(x > 40 && x < 320 && y > 20 && y < 270).toBe(true);
  });

  it('is a file of its own as SVG, and a table as CSV', () => {
    const svg = toSvg(layout(points, 720, 400));
    expect(svg.match(/<circle/g)).toHaveLength(5);
    expect(svg).toContain('xmlns="http://www.w3.org/2000/svg"');
    expect(toCsv('budget', points).split('\n').slice(0, 3)).toEqual([
      'budget,latency_ms,ssim_to_full_budget,on_pareto_front',
      '1,40,0.6,true',
      '2,50,0.5,false',
    ]);
  });
});
