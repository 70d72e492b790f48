import { ElitError } from '../errors.ts';
import type { FromDecoder, ToDecoder } from './decoder-protocol.ts';
import type { OpenDecoder } from './decoding.ts';
import type { Pixels } from './types.ts';
import { Watch } from './watch.ts';

/** How long the worker may be silent while it owes an answer, ms: one image, which blocks it, never takes that long. */
const PATIENCE = 60_000;

interface Call {
  readonly resolve: (message: FromDecoder) => void;
  readonly reject: (error: ElitError) => void;
}

/** The decoder in a worker of its own: WASM blocks its thread, and the sampling loop must not stand still for it. */
export const openRemoteDecoder: OpenDecoder = async (model, latents, image) => {
  const worker = new Worker(new URL('./decoder-worker.ts', import.meta.url), {
    type: 'module',
    name: 'elit-web decoder',
  });
  const line = new Line(worker);
  try {
    await line.ask({ type: 'open', model, latents, image }, [model.buffer]);
  } catch (thrown) {
    line.close();
    throw thrown;
  }
  return {
    decode: async (latents) => pixelsOf(await line.ask({ type: 'decode', latents })),
    dispose: () => line.close(),
  };
};

/** Asks the worker and hands out its answers, which come in order. */
class Line {
  readonly #worker: Worker;
  readonly #calls: Call[] = [];
  readonly #watch = new Watch({
    patience: PATIENCE,
    isAwaited: () => this.#calls.length > 0,
    ping: () => this.#worker.postMessage({ type: 'ping' } satisfies ToDecoder),
    onSilence: () => {
      this.#worker.terminate();
      this.#break('it no longer answers');
    },
  });
  #broken: ElitError | undefined;

  constructor(worker: Worker) {
    this.#worker = worker;
    worker.addEventListener('message', ({ data: message }: MessageEvent<FromDecoder>) => {
      this.#watch.heard();
      if (message.type === 'pong') return;
      const call = this.#calls.shift();
      if (message.type === 'failed') call?.reject(ElitError.fromData(message.error));
      else call?.resolve(message);
    });
    worker.addEventListener('error', (event) => {
      event.preventDefault(); // it is answered for here, and need not end the generator's worker too
      this.#break(event.message || 'its script could not be loaded');
    });
  }

  ask(message: ToDecoder, transfer: Transferable[] = []): Promise<FromDecoder> {
    return new Promise((resolve, reject) => {
      if (this.#broken) throw this.#broken;
      this.#calls.push({ resolve, reject });
      this.#worker.postMessage(message, transfer);
      this.#watch.start();
    });
  }

  close(): void {
    this.#worker.terminate();
    this.#break('it was closed');
  }

  #break(detail: string): void {
    this.#watch.stop();
    this.#broken ??= new ElitError(
      'worker-failed', // the generator's worker is replaced, and this one with it
      `The worker that decodes images stopped: ${detail}.`,
      'Load the model again. If that fails, reload the page.',
    );
    for (const call of this.#calls.splice(0)) call.reject(this.#broken);
  }
}

function pixelsOf(message: FromDecoder): Pixels {
  if (message.type === 'decoded') return message.pixels;
  throw new ElitError('internal', `The decoder answered “${message.type}”.`, 'Please report this.');
}
