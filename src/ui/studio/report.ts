import { version } from '../../../package.json';
import type { ChosenKernels } from '../../generator/network-tuning.ts';
import type { MemorySaving, ModelInfo } from '../../generator/types.ts';
import { megabytes } from '../format/numbers.ts';
import { wholeGuidance } from '../guidance/guidance.ts';
import type { Draft } from '../store/studio-state.ts';
import { startWords } from '../variation/variation.ts';

const SAVING: Readonly<Record<MemorySaving['kind'], string>> = {
  'guidance-apart': 'the calls of guidance are made one at a time',
  'nothing-kept': 'head and Read are computed again for each image',
};

/** The lines a bug report needs besides the error itself. */
export function report(
  model: string | null,
  info: ModelInfo | null,
  draft: Draft | null,
  kernels: ChosenKernels,
): string {
  const lines = [`elit-web: ${version}`, `model: ${model ?? 'none'}`];
  if (info !== null) {
    lines.push(`loaded: ${info.name}, ${info.hash}`);
    lines.push(`drawn by: ${[info.backend, info.tier, info.adapter].filter((word) => word !== null).join(', ')}`);
    lines.push(`why: ${info.backendReason}`);
    for (const { tier, reason } of info.stepDowns) lines.push(`not used: ${tier}, because: ${reason}`);
    for (const { kind, reason } of info.memorySavings)
      lines.push(`to save memory: ${SAVING[kind]}, because: ${reason}`);
    if (info.memoryBytes !== null) lines.push(`GPU buffers: ${megabytes(info.memoryBytes)} MB`);
    if (info.unkept !== null) lines.push(`not kept: ${info.unkept.message}`);
    if (info.decoder.why) lines.push(`decoded by: ${info.decoder.backend}, because: ${info.decoder.why}`);
  }
  for (const [shape, variant] of Object.entries(kernels)) lines.push(`kernel: ${variant} for ${shape}`);
  if (draft !== null) {
    const { noise, guidance, variation, start, ...settings } = draft;
    const { kind, scale, budget, interval } = wholeGuidance(guidance);
    // Not as JSON, which would write NaN as null.
    const values = Object.entries(settings)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => `${name} ${value}`);
    if (variation) values.push(startWords(draft.seed, variation));
    values.push(`guidance ${kind} ${scale}, guiding budget ${budget}, t ${interval.join(' to ')}`);
    if (start)
      values.push(`from a picture of ${start.pixels.width} × ${start.pixels.height}, strength ${start.strength}`);
    lines.push(`settings: ${values.join(', ')}${noise === null ? '' : ', own noise'}`);
  }
  lines.push(`browser: ${navigator.userAgent}`, `secure context: ${isSecureContext ? 'yes' : 'no'}`);
  return lines.join('\n');
}
