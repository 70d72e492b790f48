import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ModelFile } from '../model/manifest.ts';
import { EncoderOpening, type ReadFile } from './encoder-opening.ts';
import type { EncoderProgress } from './types.ts';

const file = (name: string, bytes: number): ModelFile => ({ name, bytes, sha256: '', chunks: null });
const text = { encoder: file('text-encoder.onnx', 100), tokenizer: file('tokenizer.json', 10), longest: 8, width: 4 };
const encoder = { embed: async () => new Float32Array(4), dispose: async () => undefined };

/** Files that arrive when the test says so, and end with their signal. */
function opening() {
  const arrive: (() => void)[] = [];
  const tell = new Map<string, (bytes: number) => void>();
  const signals: AbortSignal[] = [];
  const read: ReadFile = ({ name }, { signal, onBytes = () => undefined }) =>
    new Promise((resolve, reject) => {
      tell.set(name, onBytes);
      signals.push(signal);
      arrive.push(() => resolve(new Uint8Array(1)));
      signal.addEventListener('abort', () => reject(signal.reason));
    });
  const made = new EncoderOpening(text, { read, open: async () => encoder });
  made.encoder.catch(() => undefined);
  return { made, signals, tell, arrive: () => arrive.forEach((now) => void now()) };
}

describe('EncoderOpening', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('tells everybody who waits how much of both files is there, and those who come later at once', async () => {
    const { made, tell, arrive } = opening();
    const heard: EncoderProgress[][] = [[], []];
    made.join({ onEncoder: (progress) => heard[0]!.push(progress) });
    tell.get('tokenizer.json')!(10);
    tell.get('text-encoder.onnx')!(40);
    made.join({ onEncoder: (progress) => heard[1]!.push(progress) });
    tell.get('text-encoder.onnx')!(100);
    expect(heard.map((list) => list.map(({ done }) => done))).toEqual([
      [0, 10, 50, 110],
      [50, 110],
    ]);
    expect(heard[0]![0]).toEqual({ done: 0, total: 110 });
    arrive();
    expect(await made.encoder).toBe(encoder);
    made.join({ onEncoder: (progress) => heard[1]!.push(progress) });
    expect(heard[1]).toHaveLength(2);
  });

  it('ends some time after the last one gave up, and not when another came meanwhile', async () => {
    const { made, signals } = opening();
    const [first, second] = [new AbortController(), new AbortController()];
    made.join({ signal: first.signal });
    first.abort();
    vi.advanceTimersByTime(1000);
    made.join({ signal: second.signal });
    vi.advanceTimersByTime(60_000);
    expect([made.hasEnded, signals[0]?.aborted]).toEqual([false, false]);
    second.abort(new Error('enough'));
    vi.advanceTimersByTime(60_000);
    expect([made.hasEnded, signals[0]?.aborted]).toEqual([true, true]);
    await expect(made.encoder).rejects.toThrow('enough');
  });

  it('stays when it is there, whoever gives up by then', async () => {
    const { made, signals, arrive } = opening();
    const waiting = new AbortController();
    made.join({ signal: waiting.signal });
    waiting.abort();
    arrive();
    await made.encoder;
    vi.advanceTimersByTime(60_000);
    expect([made.hasEnded, signals[0]?.aborted]).toEqual([false, false]);
  });
});
