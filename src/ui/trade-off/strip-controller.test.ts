import { describe, expect, it, vi } from 'vitest';
import { ElitError } from '../../errors.ts';
import type { GeneratedImage, ModelInfo, Pixels } from '../../generator/types.ts';
import type { Draft } from '../store/studio-state.ts';
import { StripController } from './strip-controller.ts';

const draft: Draft = { subject: 'cat', style: 'noto', seed: 7, steps: 20, budget: 2, guidance: 2.5, noise: null };
const defaults = { guidance: { kind: 'cfg', scale: 2.5, budget: 1, interval: [0, 1] } };
const info = { maxBudget: 4, defaults } as unknown as ModelInfo;
const data = new Uint8ClampedArray(16 * 16 * 4);
const image = { width: 16, height: 16, data } as Partial<GeneratedImage> as GeneratedImage;

/** Like nothing but itself. */
const compare = async (a: Pixels, b: Pixels) => (a === b ? 1 : 0.5);

function controller() {
  const host = { addController: vi.fn(), removeController: vi.fn(), requestUpdate: vi.fn() };
  return new StripController({ ...host, updateComplete: Promise.resolve(true) }, compare);
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

  it('draws another kind of guidance beside the strip, compared with its picture, and goes on with it', async () => {
    const strips = controller();
    await strips.start('budget', draft, info, until(9).draw);
    const some = until(1);
    const run = strips.startBeside('ccfg', info, some.draw);
    await vi.waitFor(() => expect(some.asked).toEqual([4, 3]));
    expect(some.draw.mock.calls[0]![0].guidance).toMatchObject({ kind: 'ccfg', scale: 2.5 });
    expect(strips.strips('budget').map(({ state }) => state)).toEqual(['done', 'drawing']);
    strips.stop();
    await run;
    const rest = until(9);
    await strips.startBeside('ccfg', info, rest.draw);
    expect(rest.asked).toEqual([3, 2, 1]);
    const [first, second] = strips.strips('budget');
    expect(second).toMatchObject({ state: 'done', reference: first!.reference });
    await strips.startBeside('ccfg', info, rest.draw);
    expect(rest.asked).toHaveLength(3);
    expect(strips.strips('budget')[1]?.state).toBe('done');
  });

  it('goes on while the settings are those of any strip beside, and begins anew without them', async () => {
    const strips = controller();
    await strips.start('budget', draft, info, until(9).draw);
    const { asked, draw } = until(1);
    const run = strips.startBeside('none', info, draw);
    await vi.waitFor(() => expect(asked).toHaveLength(2));
    strips.follow({ ...draft, budget: 1 });
    strips.follow({ ...draft, budget: 3, guidance: 1 });
    expect(strips.strips('budget')[1]?.state).toBe('drawing');
    strips.follow({ ...draft, guidance: 6 });
    await run;
    expect(strips.strips('budget')[1]?.state).toBe('stopped');
    await strips.start('budget', { ...draft, guidance: 6 }, info, until(9).draw);
    expect(strips.strips('budget')).toHaveLength(1);
  });

  it('draws nothing beside a strip that has no picture to compare with', async () => {
    const strips = controller();
    const { draw } = until(9);
    await strips.startBeside('none', info, draw);
    expect(draw).not.toHaveBeenCalled();
  });

  it('stops when pictures cannot be compared', async () => {
    const fault = new ElitError('worker-failed', 'No comparison.', '');
    const host = { addController: vi.fn(), removeController: vi.fn(), requestUpdate: vi.fn() };
    const strips = new StripController({ ...host, updateComplete: Promise.resolve(true) }, () => Promise.reject(fault));
    await strips.start('budget', draft, info, until(9).draw);
    expect(strips.strip('budget')).toMatchObject({ state: 'stopped', problem: 'No comparison.' });
  });
});
