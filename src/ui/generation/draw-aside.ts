import type { LatestOnly } from './latest-only.ts';

/**
 * Draws in the idle time of `queue`: whatever the queue gets meanwhile goes first, and the drawing begins anew after it.
 * @param engineNow the engine that draws, or null; the drawing ends with the engine it began with
 * @param draw ends soon after its signal aborts
 * @throws what `draw` throws, the reason of `signal`, or an AbortError when the engine has gone
 */
export function drawAside<T, E, R>(
  queue: LatestOnly<T>,
  engineNow: () => E | null,
  draw: (engine: E, signal: AbortSignal) => Promise<R>,
  signal: AbortSignal,
): Promise<R> {
  const engine = engineNow();
  return new Promise((resolve, reject) => {
    const attempt = async (turn: AbortSignal): Promise<void> => {
      if (signal.aborted) return reject(signal.reason);
      if (engine === null || engine !== engineNow()) return reject(gone());
      try {
        resolve(await draw(engine, AbortSignal.any([signal, turn])));
      } catch (thrown) {
        if (signal.aborted) reject(signal.reason);
        else if (engine !== engineNow()) reject(gone());
        else if (turn.aborted) queue.submitIdle(attempt);
        else reject(thrown);
      }
    };
    queue.submitIdle(attempt);
    // Also while it waits for its turn.
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

function gone(): DOMException {
  return new DOMException('the engine has gone', 'AbortError');
}
