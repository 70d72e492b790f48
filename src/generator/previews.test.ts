import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { eulerRun, FakeDecoder, FakeRun } from '../../test/support/generator-fakes.ts';
import { log } from '../log.ts';
import { solve } from '../sampling/solvers.ts';
import { Previews } from './previews.ts';
import { queueStages } from './run.ts';
import type { StepPreview } from './types.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const BUFFERS = { state: {} as GPUBuffer, clean: {} as GPUBuffer };
const PICTURE = { width: 1, height: 1, data: new Uint8ClampedArray(4) };

const never = new AbortController().signal;

/** Runs to the end with previews; returns the steps that were shown. */
async function shownSteps(run: FakeRun, decodeMs: number, decoder = new FakeDecoder(decodeMs)): Promise<number[]> {
  const steps: number[] = [];
  const previews = new Previews(run, decoder, decodeMs, ({ step }) => steps.push(step));
  const queued = queueStages(run, never, { onQueued: (index, stageMs) => previews.offer(index, stageMs) });
  await vi.runAllTimersAsync();
  await queued;
  return steps;
}

describe('Previews', () => {
  it('shows every other step when decoding is quicker than a step, neither the first nor the last', async () => {
    expect(await shownSteps(eulerRun(7, 100), 60)).toEqual([2, 4, 6]);
  });

  it('counts the steps that are run, where those before are left out', async () => {
    const stages = solve('euler', 20).slice(13);
    expect(await shownSteps(new FakeRun(stages, 100), 60)).toEqual([2, 4, 6]);
  });

  it('skips the steps of which one is under way', async () => {
    expect(await shownSteps(eulerRun(12, 100), 250)).toEqual([2, 6]);
  });

  it('begins none that would keep the final image waiting', async () => {
    expect(await shownSteps(eulerRun(20, 2), 60)).toEqual([]);
  });

  it('makes a run on the GPU that decodes no more than a fifth longer', async () => {
    const run = Object.assign(eulerRun(40, 100), { buffers: BUFFERS });
    const decoder = Object.assign(new FakeDecoder(200), { decodeBuffer: vi.fn(async () => PICTURE) });
    expect(await shownSteps(run, 200, decoder)).toEqual([10, 20, 30]);
    expect(decoder.decodeBuffer).toHaveBeenCalledWith(BUFFERS.clean);
    expect(decoder.decoded).toEqual([]);
  });

  it('does the same where the decoder is on the thread that samples', async () => {
    const decoder = Object.assign(new FakeDecoder(200), { isInTheWay: true });
    expect(await shownSteps(eulerRun(40, 100), 200, decoder)).toEqual([10, 20, 30]);
    expect(decoder.decoded).toHaveLength(3);
  });

  it('shows no trial state of Heun’s', async () => {
    const run = new FakeRun(solve('heun', 4), 100);
    expect(await shownSteps(run, 60)).toEqual([1, 2, 3]);
    expect(run.stages).toHaveLength(7);
  });

  it('gives the picture of the step and the number of steps', async () => {
    const run = eulerRun(5, 100);
    const show = vi.fn<(preview: StepPreview) => void>();
    const previews = new Previews(run, new FakeDecoder(), 10, show);
    run.submit(0);
    run.submit(1);
    previews.offer(1, 100);
    await vi.runAllTimersAsync();
    expect(show).toHaveBeenCalledOnce();
    expect(show.mock.calls[0]?.[0]).toMatchObject({ step: 2, steps: 5, pixels: { width: 1 } });
    expect(show.mock.calls[0]?.[0].pixels.data[0]).toBe(1);
  });

  it('drops what comes after it was stopped, and does not decode it', async () => {
    const run = eulerRun(9, 100);
    const decoder = new FakeDecoder();
    const show = vi.fn<(preview: StepPreview) => void>();
    const previews = new Previews(run, decoder, 10, show);
    run.submit(0);
    previews.offer(0, 100);
    await vi.advanceTimersByTimeAsync(50);
    previews.stop();
    await vi.runAllTimersAsync();
    expect(show).not.toHaveBeenCalled();
    expect(decoder.decoded).toEqual([]);
  });

  it('outlives a callback that throws', async () => {
    const warn = vi.spyOn(log, 'warn').mockReturnValue();
    const run = eulerRun(9, 100);
    const show = vi.fn<(preview: StepPreview) => void>(() => {
      throw new Error('a fault of the page');
    });
    const previews = new Previews(run, new FakeDecoder(), 10, show);
    for (const index of [0, 1]) {
      run.submit(index);
      previews.offer(index, 100);
      await vi.runAllTimersAsync();
    }
    expect(show).toHaveBeenCalledTimes(2);
    expect(warn).toHaveBeenCalledTimes(2);
    expect(warn.mock.calls[0]?.[1]).toMatchObject({ message: 'a fault of the page' });
  });
});
