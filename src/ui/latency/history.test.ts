import { describe, expect, it } from 'vitest';
import type { GeneratedImage } from '../../generator/types.ts';
import { REMEMBERED, type Run, remember, runOf, summarize } from './history.ts';

const runs = (key: string, ...times: number[]): Run[] => times.map((ms) => ({ key, ms }));
const image = {
  settings: {
    ...{ subject: 'cat', style: 'noto', seed: 7, steps: 20, budget: 8, solver: 'euler' },
    guidance: { kind: 'cfg', scale: 2, budget: 1, interval: [0, 1] },
  },
  backend: 'webgpu',
  timing: { total: 83, sampling: 61, decoding: 22 },
} as unknown as GeneratedImage;

describe('the last runs', () => {
  it('are summed up by median, fastest and slowest', () => {
    expect(summarize(runs('a', 90, 70, 400))).toEqual({ count: 3, median: 90, fastest: 70, slowest: 400 });
    expect(summarize(runs('a', 90, 70))).toEqual({ count: 2, median: 80, fastest: 70, slowest: 90 });
    expect(summarize([])).toBeNull();
  });

  it('count only where they are like the last one, also with others in between', () => {
    const mixed = [...runs('a', 10), ...runs('b', 99), ...runs('a', 20, 30)];
    expect(summarize(mixed)).toEqual({ count: 3, median: 20, fastest: 10, slowest: 30 });
    expect(summarize([...mixed, ...runs('b', 101)])).toMatchObject({ count: 2, median: 100 });
  });

  it('are forgotten one by one', () => {
    let remembered: Run[] = [];
    for (let ms = 0; ms < REMEMBERED + 2; ms++) remembered = remember(remembered, { key: 'a', ms });
    expect(remembered).toHaveLength(REMEMBERED);
    expect(remembered[0]?.ms).toBe(2);
  });

  it('are alike whatever they show, and not at another budget, steps or guidance', () => {
    const other = (settings: object) => runOf({ ...image, settings: { ...image.settings, ...settings } }).key;
    expect(runOf(image).ms).toBe(83);
    expect(other({ subject: 'dog', seed: 8 })).toBe(runOf(image).key);
    const guidance = { ...image.settings.guidance, kind: 'none' };
    for (const settings of [{ budget: 9 }, { steps: 4 }, { guidance }]) {
      expect(other(settings)).not.toBe(runOf(image).key);
    }
    expect(runOf({ ...image, backend: 'wasm' }).key).not.toBe(runOf(image).key);
  });
});
