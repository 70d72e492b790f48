import { describe, expect, it } from 'vitest';
import { toCsv, toSvg } from './export.ts';
import { layout, ticks } from './layout.ts';
import { type Plot, type PlotPoint, paretoFront, SSIM } from './plot.ts';

const point = (value: number, latency: number, quality: number): PlotPoint => ({ value, latency, quality });
const points = [point(1, 40, 0.6), point(2, 50, 0.5), point(3, 60, 0.9), point(4, 60, 0.8), point(5, 90, 1)];

const alone = (own: readonly PlotPoint[]): Plot => {
  return { axis: 'budget', series: [{ name: 'CFG', points: own }], quality: SSIM, current: null };
};
/** Two series; of the second, CCFG, the point at 20 ms beats all but the best. */
const two: Plot = {
  ...alone(points),
  series: [
    { name: 'CFG', points },
    { name: 'CCFG', points: [point(1, 20, 0.85), point(2, 70, 0.95)] },
  ],
  current: { series: 1, value: 2 },
};

describe('the Pareto front', () => {
  it('has what nothing else beats, by latency', () => {
    expect(paretoFront(points.toReversed()).map(({ value }) => value)).toEqual([1, 3, 5]);
    expect(paretoFront([])).toEqual([]);
  });

  it('has a point once that another is equal to', () => {
    expect(paretoFront([point(1, 5, 0.5), point(2, 5, 0.5)])).toHaveLength(1);
  });
});

describe('the Pareto front of figures of which less is better', () => {
  it('has what nothing else beats', () => {
    const distance = { ...SSIM, isLessBetter: true };
    expect(paretoFront(points, distance).map(({ value }) => value)).toEqual([1, 2]);
  });
});

describe('the plot of several series', () => {
  it('has one front over all of them', () => {
    const { dots } = layout(two, 720, 400);
    const front = dots.filter(({ isOnFront }) => isOnFront).map(({ series, point: { value } }) => [series, value]);
    expect(front).toEqual([
      [0, 3],
      [0, 5],
      [1, 1],
      [1, 2],
    ]);
  });

  it('marks the current point, in its series alone', () => {
    const { dots } = layout(two, 720, 400);
    const current = dots.filter(({ isCurrent }) => isCurrent).map(({ series, point: { value } }) => [series, value]);
    expect(current).toEqual([[1, 2]]);
  });

  it('has a legend, inside and without overlaps, where it stands alone', () => {
    const { legend } = layout(two, 720, 400);
    expect(legend.map(({ name }) => name)).toEqual(['CFG', 'CCFG']);
    expect(legend[1]!.x - legend[0]!.x).toBeGreaterThan(40);
    expect(legend[1]!.x).toBeLessThan(690);
    expect(layout(alone(points), 720, 400).legend).toEqual([]);
  });

  it('is in the files, the series with its name', () => {
    const svg = toSvg(layout(two, 720, 400));
    expect(svg).toContain('>CCFG</text>');
    expect(svg.match(/<circle/g)).toHaveLength(5);
    expect(svg.match(/<path[^>]*><title>/g)).toHaveLength(2);
    const lines = toCsv(two).split('\n');
    expect(lines[0]).toBe('budget,latency_ms,ssim_to_full_budget,on_pareto_front,guidance');
    expect(lines.at(-2)).toBe('2,70,0.95,true,CCFG');
    expect(lines).toHaveLength(1 + 7 + 1);
  });

  it('shows and tells the interval of a figure', () => {
    const quality = { title: 'Fréchet distance', short: 'Fréchet', column: 'frechet', isLessBetter: true };
    const scored: Plot = { ...alone([{ ...point(16, 90, 12), low: 11, high: 14 }, point(1, 10, 40)]), quality };
    const { lines, dots } = layout(scored, 720, 400);
    const whisker = lines.find(({ role }) => role === 'whisker')!.points.map(([, y]) => y);
    expect(Math.min(...whisker)).toBeLessThan(dots[0]!.y);
    expect(Math.max(...whisker)).toBeGreaterThan(dots[0]!.y);
    expect(toCsv(scored).split('\n').slice(0, 3)).toEqual([
      'budget,latency_ms,frechet,on_pareto_front,frechet_low,frechet_high',
      '16,90,12,true,11,14',
      '1,10,40,true,,',
    ]);
  });
});

describe('the plot', () => {
  it('has ticks at round numbers that cover all', () => {
    expect(ticks(0, 90)).toEqual([0, 20, 40, 60, 80, 100]);
    expect(ticks(0.61, 1)).toEqual([0.6, 0.7, 0.8, 0.9, 1]);
    expect(ticks(1, 1).length).toBeGreaterThan(1);
  });

  it('puts slower to the right, nearer up, and all inside', () => {
    const { dots } = layout(alone(points), 320, 300);
    expect(dots[4]!.x).toBeGreaterThan(dots[0]!.x);
    expect(dots[4]!.y).toBeLessThan(dots[0]!.y);
    for (const { x, y } of dots) expect(x > 40 && x < 320 && y > 20 && y < 270).toBe(true);
  });

  it('is a file of its own as SVG, and a table as CSV', () => {
    const svg = toSvg(layout(alone(points), 720, 400));
    expect(svg.match(/<circle/g)).toHaveLength(5);
    expect(svg).toContain('xmlns="http://www.w3.org/2000/svg"');
    expect(toCsv(alone(points)).split('\n').slice(0, 3)).toEqual([
      'budget,latency_ms,ssim_to_full_budget,on_pareto_front',
      '1,40,0.6,true',
      '2,50,0.5,false',
    ]);
  });
});
