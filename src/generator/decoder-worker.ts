/** The decoder's dedicated worker: onnxruntime-web alone, so that its blocking calls block nobody. */
import '../trusted-types.ts';
import { ElitError } from '../errors.ts';
import { runtimeFiles } from '../runtime-onnx/runtime-files.ts';
import { decoderHere } from './decoder-here.ts';
import type { FromDecoder, ToDecoder } from './decoder-protocol.ts';
import type { ImageDecoder } from './decoding.ts';

declare const self: DedicatedWorkerGlobalScope;

const open = decoderHere(runtimeFiles);
let decoder: ImageDecoder | undefined;
/** Answers go out in the order of the questions. */
let last: Promise<void> = Promise.resolve();

self.addEventListener('message', ({ data }: MessageEvent<ToDecoder>) => {
  if (data.type === 'ping') self.postMessage({ type: 'pong' } satisfies FromDecoder);
  else last = last.then(() => answer(data)).then((message) => self.postMessage(message, transferables(message)));
});

async function answer(message: Exclude<ToDecoder, { type: 'ping' }>): Promise<FromDecoder> {
  try {
    if (message.type === 'open') {
      decoder = await open(message.model, message.latents, message.image);
      return { type: 'opened' };
    }
    if (decoder === undefined) throw new ElitError('decoder-failed', 'No decoder is open.', 'Load the model again.');
    return { type: 'decoded', pixels: await decoder.decode(message.latents) };
  } catch (thrown) {
    return { type: 'failed', error: ElitError.from(thrown).toData() };
  }
}

function transferables(message: FromDecoder): Transferable[] {
  return message.type === 'decoded' ? [message.pixels.data.buffer] : [];
}
