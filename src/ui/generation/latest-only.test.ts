import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LatestOnly } from './latest-only.ts';

const PATIENCE = 100;

/** Jobs of `duration` ms that note what becomes of them, and how many run at once. */
function jobs(duration: number) {
  const log: string[] = [];
  let running = 0;
  const latest = new LatestOnly<number>(async (value, signal) => {
    expect(++running).toBe(1);
    const ended = await new Promise<string>((resolve) => {
      setTimeout(() => resolve('done'), duration);
      signal.addEventListener('abort', () => resolve('stopped'));
    });
    log.push(`${value} ${ended}`);
    running--;
  });
  return { latest, log };
}

describe('LatestOnly', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('runs at once, and afterwards only the newest of what came meanwhile', async () => {
    const { latest, log } = jobs(50);
    for (let value = 0; value < 500; value++) latest.submit(value, PATIENCE);
    expect(latest.isOvertaken).toBe(true);
    await vi.runAllTimersAsync();
    expect(log).toEqual(['0 done', '499 done']);
    expect(latest.isOvertaken).toBe(false);
  });

  it('stops a slow job once a newer value has waited long enough', async () => {
    const { latest, log } = jobs(1000);
    latest.submit(0, PATIENCE);
    await vi.advanceTimersByTimeAsync(500);
    latest.submit(1, PATIENCE);
    await vi.advanceTimersByTimeAsync(PATIENCE - 1);
    expect(log).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(log).toEqual(['0 stopped']);
    await vi.runAllTimersAsync();
    expect(log).toEqual(['0 stopped', '1 done']);
  });

  it('is as patient as the least patient newcomer', async () => {
    const { latest, log } = jobs(1000);
    latest.submit(0, PATIENCE);
    latest.submit(1, 5 * PATIENCE);
    await vi.advanceTimersByTimeAsync(PATIENCE);
    latest.submit(2, PATIENCE);
    latest.submit(3, 5 * PATIENCE);
    await vi.advanceTimersByTimeAsync(PATIENCE - 1);
    expect([log, latest.running]).toEqual([[], 0]);
    await vi.advanceTimersByTimeAsync(1);
    expect([log, latest.running]).toEqual([['0 stopped'], 3]);
    await vi.runAllTimersAsync();
    expect([log, latest.running]).toEqual([['0 stopped', '3 done'], null]);
  });

  it('gives every job its own patience', async () => {
    const { latest, log } = jobs(PATIENCE / 2);
    for (const value of [0, 1, 2, 3]) {
      latest.submit(value, PATIENCE);
      await vi.advanceTimersByTimeAsync(PATIENCE / 2 - 1);
    }
    await vi.runAllTimersAsync();
    expect(log.every((line) => line.endsWith('done'))).toBe(true);
    expect(log.at(-1)).toBe('3 done');
  });

  it('on cancel stops the job and forgets what waits, and works again after', async () => {
    const { latest, log } = jobs(50);
    latest.submit(0, PATIENCE);
    latest.submit(1, PATIENCE);
    latest.cancel();
    await vi.runAllTimersAsync();
    expect(log).toEqual(['0 stopped']);
    latest.submit(2, PATIENCE);
    await vi.runAllTimersAsync();
    expect(log).toEqual(['0 stopped', '2 done']);
  });
});
