import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ElitError } from '../errors.ts';
import { log } from '../log.ts';
import { type Exclusively, IdleTuning } from './idle-tuning.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.restoreAllMocks());

/** Steps of 100 ms, `steps` of them in all. */
function tunable(steps: number) {
  const signals: AbortSignal[] = [];
  const fake = {
    signals,
    step: vi.fn(async (exclusively: Exclusively, signal: AbortSignal) => {
      signals.push(signal);
      await exclusively(() => new Promise((resolve) => setTimeout(resolve, 100)));
      return signals.length < steps;
    }),
    adopt: vi.fn(async () => undefined),
  };
  return fake;
}

const atOnce: Exclusively = (work) => work();

describe('tuning while nobody draws', () => {
  it('begins a moment after an image, goes on for two seconds, and takes what it has found', async () => {
    const fake = tunable(1000);
    new IdleTuning(fake, atOnce).rest();
    await vi.advanceTimersByTimeAsync(250);
    expect(fake.step).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(2100);
    expect(fake.step.mock.calls.length).toBe(20);
    expect(fake.adopt).toHaveBeenCalledOnce();
  });

  it('goes on after a pause, until nothing is left', async () => {
    const fake = tunable(25);
    new IdleTuning(fake, atOnce).rest();
    await vi.advanceTimersByTimeAsync(6000);
    expect(fake.step).toHaveBeenCalledTimes(20);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(fake.step).toHaveBeenCalledTimes(25);
    expect(fake.adopt).toHaveBeenCalledTimes(2);
  });

  it('is abandoned the moment an image is asked for: nothing is put into use under it', async () => {
    const fake = tunable(1000);
    const tuning = new IdleTuning(fake, atOnce);
    tuning.rest();
    await vi.advanceTimersByTimeAsync(550);
    expect(fake.signals.at(-1)?.aborted).toBe(false);
    tuning.disturb();
    expect(fake.signals.at(-1)?.aborted).toBe(true);
    const { length } = fake.signals;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(fake.signals.length).toBe(length);
    expect(fake.adopt).not.toHaveBeenCalled();
    tuning.rest();
    await vi.advanceTimersByTimeAsync(2500);
    expect(fake.adopt).toHaveBeenCalledOnce();
  });

  it('that fails is said and ended, and that of a device that goes away is nobody’s concern', async () => {
    const warn = vi.spyOn(log, 'warn').mockReturnValue();
    const fault = new Error('refused');
    const failing = { step: vi.fn(() => Promise.reject(fault)), adopt: vi.fn() };
    new IdleTuning(failing, atOnce).rest();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(failing.step).toHaveBeenCalledOnce();
    expect(warn).toHaveBeenCalledExactlyOnceWith(expect.any(String), fault);

    const tuning = new IdleTuning({ step: () => Promise.reject(tuning.disturb()), adopt: vi.fn() }, atOnce);
    tuning.rest();
    await vi.advanceTimersByTimeAsync(60_000);
    const lost = new ElitError('gpu-device-lost', 'It is gone.', 'Draw again.');
    new IdleTuning({ step: () => Promise.reject(lost), adopt: vi.fn() }, atOnce).rest();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(warn).toHaveBeenCalledOnce();
  });
});
