import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Watch } from './watch.ts';

function watch() {
  const watched = { patience: 1000, isAwaited: vi.fn(() => true), ping: vi.fn(), onSilence: vi.fn() };
  return { ...watched, watch: new Watch(watched) };
}

describe('Watch', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('speaks up once when nothing was heard for as long as its patience', () => {
    const { watch: watching, onSilence } = watch();
    watching.start();
    vi.advanceTimersByTime(1000);
    expect(onSilence).not.toHaveBeenCalled();
    vi.advanceTimersByTime(10_000);
    expect(onSilence).toHaveBeenCalledOnce();
  });

  it('is content as long as every ping is answered', () => {
    const { watch: watching, onSilence, ping } = watch();
    ping.mockImplementation(() => watching.heard());
    watching.start();
    vi.advanceTimersByTime(60_000);
    expect(ping).toHaveBeenCalledTimes(600);
    expect(onSilence).not.toHaveBeenCalled();
  });

  it('neither pings nor complains while nothing is awaited, and begins anew after that', () => {
    const { watch: watching, onSilence, ping, isAwaited } = watch();
    watching.start();
    vi.advanceTimersByTime(900);
    isAwaited.mockReturnValue(false);
    vi.advanceTimersByTime(60_000);
    expect(ping).toHaveBeenCalledTimes(9);
    isAwaited.mockReturnValue(true);
    watching.start();
    vi.advanceTimersByTime(1000);
    expect(onSilence).not.toHaveBeenCalled();
    vi.advanceTimersByTime(100);
    expect(onSilence).toHaveBeenCalledOnce();
  });

  it('is not put off by requests that start it again and again', () => {
    const { watch: watching, onSilence } = watch();
    for (let i = 0; i < 50; i++) {
      watching.start();
      vi.advanceTimersByTime(30);
    }
    expect(onSilence).toHaveBeenCalledOnce();
  });
});
