import type { RunSpec } from '../sampling/sampling-run.ts';
import { abortable } from './abort.ts';
import { decodeLatents } from './decoding.ts';
import { checkFinite } from './engine-errors.ts';
import type { LoadedModel } from './load-model.ts';
import { Previews } from './previews.ts';
import { queueStages } from './run.ts';
import type { GenerateRequest, Pixels } from './types.ts';

export interface Sampled {
  readonly spec: RunSpec;
  readonly latents: Float32Array<ArrayBuffer>;
  /** On its way. */
  readonly picture: Promise<Pixels>;
  /** When sampling began, and when the latents were there; ms. */
  readonly from: number;
  readonly till: number;
}

/**
 * Samples one picture, with nothing else sampled meanwhile, and has it decoded.
 * @param prepare what it is sampled from; the time it takes counts as sampling
 * @param decodeMs how long the decoder takes by now, for the previews
 * @throws the signal's reason as soon as it aborts; ElitError of the sampler or the decoder
 */
export async function samplePicture(
  { sampler, decoder }: Pick<LoadedModel, 'sampler' | 'decoder'>,
  prepare: () => RunSpec,
  { signal, onStep, decodeMs }: Pick<GenerateRequest, 'onStep'> & { signal: AbortSignal; decodeMs: number },
): Promise<Sampled> {
  signal.throwIfAborted();
  const from = performance.now();
  const spec = prepare();
  const run = await sampler.begin(spec);
  const previews = onStep && new Previews(run, decoder, decodeMs, onStep);
  try {
    await queueStages(run, signal, { onQueued: (index, stageMs) => previews?.offer(index, stageMs) });
    // Queued before the decoder's work, and so there before the picture; a decoder on this thread comes after it.
    const reading = run.latents().then((latents) => ({ latents, till: performance.now() }));
    const read = async () => (await reading).latents;
    const picture = decodeLatents(decoder, { buffer: run.buffers?.state, read }, signal);
    picture.catch(() => undefined); // whoever waits for the picture has the failure
    const { latents, till } = await abortable(reading, signal);
    checkFinite(latents);
    return { spec, latents, picture, from, till };
  } finally {
    previews?.stop();
    // The next run must not queue behind what this one has left: on a slow GPU a fast slider would pile that up.
    if (signal.aborted) await run.drained().catch(() => undefined);
    run.dispose();
  }
}
