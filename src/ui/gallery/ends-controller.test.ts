import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ElitError } from '../../errors.ts';
import type { GeneratedImage } from '../../generator/types.ts';
import type { Draft } from '../store/studio-state.ts';
import { EndsController } from './ends-controller.ts';

const variation = { seed: 11, amount: 0.5 };
const draft: Draft = {
  ...{ subject: 'cat', style: 'noto', seed: 7, steps: 20, budget: 2, guidance: 2.5, noise: null },
  variation,
};

function setup() {
  const host = {
    draft: draft as Draft | null,
    addController: vi.fn(),
    removeController: vi.fn(),
    requestUpdate: vi.fn(),
    updateComplete: Promise.resolve(true),
  };
  const ends = new EndsController(host);
  const drawAside = vi.fn((wanted: Draft, _: AbortSignal) =>
    Promise.resolve({ width: wanted.seed } as Partial<GeneratedImage> as GeneratedImage),
  );
  const change = (patch: Partial<Draft>) => {
    host.draft = { ...draft, ...patch };
    ends.follow();
  };
  return { ends, drawAside, change, seeds: () => drawAside.mock.calls.map(([{ seed }]) => seed) };
}

const rest = () => vi.advanceTimersByTimeAsync(1000);

describe('the ends of a variation', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('are drawn alone, once the variation was used and rests', async () => {
    const { ends, drawAside, change, seeds } = setup();
    change({ variation: { seed: 11, amount: 0.6 } });
    await rest();
    expect(seeds()).toEqual([]);
    for (let amount = 0; amount < 1; amount += 0.25) {
      ends.use(drawAside);
      change({ variation: { seed: 11, amount } });
      await vi.advanceTimersByTimeAsync(300);
      expect(seeds()).toEqual([]);
    }
    await rest();
    expect(seeds()).toEqual([7, 11]);
    expect(drawAside.mock.calls[1]?.[0]).toEqual({ ...draft, seed: 11, variation: undefined });
    expect(ends.end(11)).toMatchObject({ image: { width: 11 }, isOld: false });
    expect(ends.end(12)).toBeNull();
  });

  it('are kept while the settings are the same, and old after that until the variation is used', async () => {
    const { ends, drawAside, change, seeds } = setup();
    ends.use(drawAside);
    await rest();
    change({ variation: { seed: 12, amount: 1 } });
    ends.use(drawAside);
    await rest();
    change({ seed: 12, variation: { seed: 11, amount: 0 } });
    ends.use(drawAside);
    await rest();
    expect(seeds()).toEqual([7, 11, 12]);
    change({ budget: 3 });
    await rest();
    expect(ends.end(7)?.isOld).toBe(true);
    expect(seeds()).toHaveLength(3);
    ends.use(drawAside);
    await rest();
    expect(seeds().slice(3)).toEqual([7, 11]);
    expect(ends.end(7)?.isOld).toBe(false);
  });

  it('are begun anew when they are no longer those under way, and not for another amount', async () => {
    const { ends, drawAside, change, seeds } = setup();
    drawAside.mockImplementation(
      (_, signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    );
    ends.use(drawAside);
    await rest();
    change({ variation: { seed: 11, amount: 0.9 } });
    await rest();
    expect(seeds()).toEqual([7]);
    change({ seed: 8 });
    await rest();
    change({ seed: 8, budget: 3 });
    await rest();
    expect(seeds()).toEqual([7, 8, 8]);
    expect(drawAside.mock.calls.map(([, signal]) => signal.aborted)).toEqual([true, true, false]);
    ends.hostDisconnected();
    expect(drawAside.mock.calls[2]?.[1].aborted).toBe(true);
  });

  it('are not asked for where a field holds no seed, and say why they are missing', async () => {
    const { ends, drawAside, change, seeds } = setup();
    drawAside.mockRejectedValue(new ElitError('decoder-failed', 'No pixels.', ''));
    change({ seed: Number.NaN, variation: { seed: 2 ** 32, amount: 0.5 } });
    ends.use(drawAside);
    await rest();
    expect(seeds()).toEqual([]);
    change({ seed: 8 });
    ends.use(drawAside);
    await rest();
    expect(seeds()).toEqual([8]);
    expect(ends.problem).toBe('No pixels.');
    ends.clear();
    expect(ends.problem).toBe('');
  });
});
