import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { eulerRun } from '../../test/support/generator-fakes.ts';
import { QUEUE_MS } from './pace.ts';
import { queueStages } from './run.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const never = new AbortController().signal;

describe('queueStages', () => {
  it.each([1, 2, 7, 14, 16, 29])('keeps at most 30 ms of %i ms stages queued', async (stageMs) => {
    const run = eulerRun(100, stageMs);
    const queued = queueStages(run, never);
    await vi.runAllTimersAsync();
    await queued;
    expect(run.submitted).toEqual(Array.from({ length: 100 }, (_, i) => i));
    expect(Math.max(...run.backlogs)).toBeLessThanOrEqual(QUEUE_MS);
  });

  it.each([31, 400])('queues one %i ms stage at a time', async (stageMs) => {
    const run = eulerRun(10, stageMs);
    const queued = queueStages(run, never);
    await vi.runAllTimersAsync();
    await queued;
    expect(Math.max(...run.backlogs)).toBe(stageMs);
  });

  it.each([2, 7, 14])('leaves the GPU no gap after the first of the %i ms stages', async (stageMs) => {
    const run = eulerRun(50, stageMs);
    const queued = queueStages(run, never);
    await vi.runAllTimersAsync();
    await queued;
    expect(Math.min(...run.backlogs.slice(2))).toBeGreaterThan(stageMs);
  });

  it('follows stages that become slower', async () => {
    const run = eulerRun(80, 2);
    const queued = queueStages(run, never, {
      onQueued: (index) => {
        if (index === 20) run.stageMs = 15;
      },
    });
    await vi.runAllTimersAsync();
    await queued;
    expect(Math.max(...run.backlogs.slice(40))).toBeLessThanOrEqual(QUEUE_MS);
  });

  it('ends at once when its signal aborts, with its reason, and queues no more', async () => {
    const run = eulerRun(100, 10);
    const cancel = new AbortController();
    const queued = queueStages(run, cancel.signal);
    const ended = expect(queued).rejects.toBe('enough');
    await vi.advanceTimersByTimeAsync(55);
    const submitted = run.submitted.length;
    cancel.abort('enough');
    await ended;
    expect(run.queue.backlog).toBeLessThanOrEqual(QUEUE_MS);
    await vi.runAllTimersAsync();
    expect(run.submitted).toHaveLength(submitted);
  });

  it('passes on what goes wrong on the GPU', async () => {
    const run = eulerRun(100, 10);
    run.drained = () => Promise.reject(new Error('gone'));
    await expect(queueStages(run, never)).rejects.toThrow('gone');
    expect(run.submitted).toEqual([0]);
  });

  it('tells how long a stage takes once it knows', async () => {
    const run = eulerRun(4, 100);
    const told: (number | undefined)[] = [];
    const queued = queueStages(run, never, { onQueued: (_, stageMs) => told.push(stageMs) });
    await vi.runAllTimersAsync();
    await queued;
    expect(told).toEqual([undefined, 100, 100, 100]);
  });
});
