import { readFile } from 'node:fs/promises';
import { type Manifest, parseManifest } from '../../src/model/manifest.ts';
import type { Safetensors } from '../../src/model/safetensors.ts';
import { readSafetensors } from './recorded.ts';

/**
 * The model that the page draws with, and what was recorded of it. Tests take names, classes and sizes from here, so that
 * they hold for whichever model stands there.
 */
export const MODEL = 'public/models/emoji-128';
const GOLDEN = 'test/fixtures/emoji-128';

/** One recorded drawing: `INDEX.noise` and what became of it. */
export interface RecordedDrawing {
  readonly index: number;
  readonly subject: string;
  readonly style: string;
  readonly class_index: number;
  /** Unguided steps, few enough for a software GPU. */
  readonly quick?: { readonly steps: number; readonly budgets: readonly number[] };
}

export interface RecordedDrawings {
  readonly golden: Safetensors;
  readonly drawings: readonly RecordedDrawing[];
  /** The first drawing, which has a quick run. */
  readonly first: QuickDrawing;
  /** Another one with a quick run, of another class. */
  readonly second: QuickDrawing;
}
export type QuickDrawing = RecordedDrawing & Required<Pick<RecordedDrawing, 'quick'>>;

/** model.json as it is written, and checked. */
export async function readPageManifest(): Promise<{ json: Record<string, unknown>; manifest: Manifest }> {
  const json = JSON.parse(await readFile(`${MODEL}/model.json`, 'utf8'));
  return { json, manifest: parseManifest(json) };
}

/** @throws when fewer than two drawings have a quick run, or both are of one class */
export async function readDrawings(): Promise<RecordedDrawings> {
  const golden = await readSafetensors(`${GOLDEN}/samples.golden.safetensors`);
  const drawings: RecordedDrawing[] = JSON.parse(golden.metadata.runs ?? '[]');
  const [first, second] = drawings.filter((drawing): drawing is QuickDrawing => drawing.quick !== undefined);
  if (!first || !second || first.class_index === second.class_index) throw new Error('too few drawings are recorded');
  return { golden, drawings, first, second };
}
