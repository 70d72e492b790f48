import { ElitError } from '../errors.ts';
import type { Manifest } from '../model/manifest.ts';
import type { StageMaps } from '../sampling/attention-run.ts';
import type { RunSpec } from '../sampling/sampling-run.ts';
import { queueStages, type Run } from './run.ts';
import type { GenerateRequest, Settings } from './types.ts';

/** How far a look is, in solver steps. */
export interface LookProgress {
  readonly step: number;
  readonly steps: number;
}

/** The picture whose sampling is looked at, and when to look. */
export interface AttentionRequest extends Omit<GenerateRequest, 'onStep' | 'onEncoder'> {
  /** Steps to look at, 1 .. steps, in rising order; every step by default. Those not run after a picture are left out. */
  readonly at?: readonly number[] | undefined;
  readonly onProgress?: ((progress: LookProgress) => void) | undefined;
}

/**
 * Where the latents look, as the softmax of Read and Write of the conditional call has it, the mean over the heads.
 * With S steps, a raster of g×g places, w×w windows, G = (g/w)² groups and n = w² latents a group; what a row of a map
 * weighs sums to 1. Groups are windows in raster order; places of a group are in raster order inside its window. Plain
 * data.
 */
export interface AttentionMaps {
  readonly settings: Settings;
  /** The steps looked at, of 1 .. settings.steps. */
  readonly steps: readonly number[];
  /** g */
  readonly grid: number;
  /** w */
  readonly window: number;
  /** How much of each place is in a latent [S, G, n latents, n places]. */
  readonly read: Float32Array<ArrayBuffer>;
  /** How much of each latent is in a place [S, G, n places, n latents]; those past the budget have Read's value still. */
  readonly write: Float32Array<ArrayBuffer>;
}

/** A run that is looked at. */
export interface LookedAtRun {
  readonly run: Run;
  /** Of the last submitted stage. */
  maps(): Promise<StageMaps>;
  dispose(): Promise<void>;
}

/** A model on a device, as far as it decides whether there is anything to see. */
interface Looker {
  readonly manifest: Pick<Manifest, 'name' | 'config'>;
  readonly device: { readonly name: string };
  readonly sampler: { readonly lookAt?: (spec: RunSpec) => Promise<LookedAtRun> };
}

/** What looks, and at which raster. @throws ElitError unsupported where nothing can look, and where there is nothing to see */
export function lookerOf({ manifest: { name, config }, sampler: { lookAt }, device }: Looker) {
  const parts = config.latentInterface;
  if (parts === null) {
    throw new ElitError('unsupported', `The model ${name} has no latents.`, 'Use an ELIT model to see them.');
  }
  if (lookAt === undefined) {
    throw new ElitError(
      'unsupported',
      `Where the latents look cannot be seen with ${device.name}.`,
      'Use WebGPU or the processor to see it.',
    );
  }
  return { lookAt, raster: { grid: config.grid, window: parts.window } };
}

/**
 * The steps of a request, all where it names none, but for those that are not run.
 * @param skipped how many those are, the first ones
 * @throws ElitError request-invalid
 */
export function stepsToLookAt(at: readonly number[] | undefined, steps: number, skipped = 0): readonly number[] {
  const asked = at ?? Array.from({ length: steps }, (_, i) => i + 1);
  const isFit = asked.every((step, i) => Number.isInteger(step) && step > (asked[i - 1] ?? 0) && step <= steps);
  const run = asked.filter((step) => step > skipped);
  if (isFit && run.length > 0) return run;
  throw new ElitError(
    'request-invalid',
    `The steps to look at are ${asked.length > 0 ? asked.join(', ') : 'none'}.`,
    `Give whole numbers from ${skipped + 1} to ${steps} in rising order.`,
  );
}

/**
 * Runs every stage of the run that `begin` gives, and keeps the maps of the first stage of each of `steps`.
 * @throws the signal's reason as soon as it aborts; and what `begin` throws
 */
export async function look(
  begin: () => Promise<LookedAtRun>,
  steps: readonly number[],
  signal: AbortSignal,
  onProgress?: (progress: LookProgress) => void,
): Promise<StageMaps[]> {
  signal.throwIfAborted();
  const looked = await begin();
  const { stages } = looked.run;
  const wanted = new Set(steps.map((step) => stages.findIndex((stage) => stage.step === step - 1)));
  const last = (stages.at(-1)?.step ?? 0) + 1;
  const maps: Promise<StageMaps>[] = [];
  try {
    await queueStages(looked.run, signal, {
      onQueued: (index) => {
        if (wanted.has(index)) maps.push(looked.maps());
        maps.at(-1)?.catch(() => undefined); // awaited below, unless the run ends first: then its end is what counts
        onProgress?.({ step: (stages[index]?.step ?? 0) + 1, steps: last });
      },
    });
    return await Promise.all(maps);
  } finally {
    if (signal.aborted) await looked.run.drained().catch(() => undefined);
    await looked.dispose();
  }
}

/** The maps of all steps, one behind the other. */
export function joined(maps: readonly StageMaps[]): Pick<AttentionMaps, 'read' | 'write'> {
  const join = (part: keyof StageMaps) => {
    const size = maps[0]?.[part].length ?? 0;
    const all = new Float32Array(maps.length * size);
    maps.forEach((map, step) => {
      all.set(map[part], step * size);
    });
    return all;
  };
  return { read: join('read'), write: join('write') };
}
