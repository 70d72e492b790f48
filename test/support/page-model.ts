import { readFile } from 'node:fs/promises';
import { type Manifest, parseManifest } from '../../src/model/manifest.ts';
import type { Safetensors } from '../../src/model/safetensors.ts';
import { classIndex, findStyle, findSubject } from '../../src/model/subjects.ts';
import { TextConditioning } from '../../src/model/text-conditioning.ts';
import type { Text } from '../reference/sampling.ts';
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
  /** Unguided steps, few enough for a software GPU. */
  readonly quick?: { readonly steps: number; readonly budgets: readonly number[] };
}

export interface RecordedDrawings {
  readonly golden: Safetensors;
  readonly drawings: readonly RecordedDrawing[];
  /** The first drawing, which has a quick run. */
  readonly first: QuickDrawing;
  /** Another one with a quick run, of another subject. */
  readonly second: QuickDrawing;
}
export type QuickDrawing = RecordedDrawing & Required<Pick<RecordedDrawing, 'quick'>>;

/** What the model is asked for, as its network takes it and as the reference network does: texts, or classes. */
export interface PageLabels {
  of(
    subject: string,
    style: string,
  ): { readonly network: number | Float32Array<ArrayBuffer>; readonly reference: number | Text };
  /** Guidance's null call. */
  readonly none: ReturnType<PageLabels['of']>;
}

async function readLabels(manifest: Manifest, weights: Safetensors): Promise<PageLabels> {
  const { config, text, subjects } = manifest;
  let of: PageLabels['of'] = (subject, style) => {
    const index = classIndex(manifest, subject, style);
    return { network: index, reference: index };
  };
  if (text !== null) {
    const files = {
      weights,
      names: await readSafetensors(`${MODEL}/${text.names.name}`),
      nameCount: subjects.length - 1,
    };
    const conditioning = new TextConditioning(config, config.text!, files);
    of = (subject, name) => {
      const [embedding, style] = [conditioning.name(findSubject(manifest, subject)), findStyle(manifest, name)];
      return { network: conditioning.vector(embedding, style), reference: { embedding, style } };
    };
  }
  return { of, none: of('any', 'any') };
}

/** model.json as it is written, and checked. */
export async function readPageManifest(): Promise<{ json: Record<string, unknown>; manifest: Manifest }> {
  const json = JSON.parse(await readFile(`${MODEL}/model.json`, 'utf8'));
  return { json, manifest: parseManifest(json) };
}

/** What a network is made of, and what it is asked for. */
export async function readPageNetwork(): Promise<{ manifest: Manifest; weights: Safetensors; labels: PageLabels }> {
  const { manifest } = await readPageManifest();
  const weights = await readSafetensors(`${MODEL}/elit.safetensors`);
  return { manifest, weights, labels: await readLabels(manifest, weights) };
}

/** @throws when fewer than two drawings have a quick run, or both are of one subject */
export async function readDrawings(): Promise<RecordedDrawings> {
  const golden = await readSafetensors(`${GOLDEN}/samples.golden.safetensors`);
  const drawings: RecordedDrawing[] = JSON.parse(golden.metadata.runs ?? '[]');
  const [first, second] = drawings.filter((drawing): drawing is QuickDrawing => drawing.quick !== undefined);
  if (!first || !second || first.subject === second.subject) throw new Error('too few drawings are recorded');
  return { golden, drawings, first, second };
}
