import { describe, expect, it, vi } from 'vitest';
import { ElitError } from '../../errors.ts';
import type { GeneratedImage, ModelInfo } from '../../generator/types.ts';
import type { Draft } from '../store/studio-state.ts';
import { StripController } from './strip-controller.ts';

const draft: Draft = { subject: 'cat', style: 'noto', seed: 7, steps: 20, budget: 2, guidance: 2.5, noise: null };
const info = { maxBudget: 4 } as Partial<ModelInfo> as ModelInfo;
const data = new Uint8ClampedArray(16 * 16 * 4);
const image = { width: 16, height: 16, data } as Partial<GeneratedImage> as GeneratedImage;

function controller() {
  const host = { addController: vi.fn(), removeController: vi.fn(), requestUpdate: vi.fn() };
  return new StripController({ ...host, updateComplete: Promise.resolve(true) });
}

/** Draws until `last` budgets are there, then waits for ever. */
function until(count: number) {
  const asked: number[] = [];
  const draw = vi.fn((wanted: Draft, signal: AbortSignal) => {
    asked.push(wanted.budget);
    return asked.length <= count
      ? Promise.resolve(image)
      : new Promise<GeneratedImage>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  });
  return { asked, draw };
}

describe('StripController', () => {
  it('stops when another setting changes, but not when its own does', async () => {
    const strips = controller();
    const { asked, draw } = until(2);
    const run = strips.start('budget', draft, info, draw);
    await vi.waitFor(() => expect(asked).toEqual([4, 3, 2]));
    strips.follow({ ...draft, budget: 1 });
    expect(strips.strip('budget')?.state).toBe('drawing');
    strips.follow({ ...draft, seed: 8 });
    await run;
    expect(strips.strip('budget')).toMatchObject({ state: 'stopped', problem: '' });
  });

  it('goes on where it was stopped, and anew with other settings', async () => {
    const strips = controller();
    const first = until(2);
    const run = strips.start('budget', draft, info, first.draw);
    await vi.waitFor(() => expect(first.asked).toHaveLength(3));
    strips.stop();
    await run;
    const second = until(9);
    await strips.start('budget', draft, info, second.draw);
    expect(second.asked).toEqual([2, 1]);
    expect(strips.strip('budget')?.state).toBe('done');
    const third = until(9);
    await strips.start('budget', { ...draft, seed: 8 }, info, third.draw);
    expect(third.asked).toEqual([4, 3, 2, 1]);
  });

  it('says why it stopped', async () => {
    const strips = controller();
    await strips.start('budget', draft, info, () => Promise.reject(new ElitError('decoder-failed', 'No pixels.', '')));
    expect(strips.strip('budget')).toMatchObject({ state: 'stopped', problem: 'No pixels.' });
  });
});
