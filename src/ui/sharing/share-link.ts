import type { ModelInfo, Settings } from '../../generator/types.ts';
import { writeGuidance } from '../guidance/guidance-address.ts';
import { writeVariation } from '../variation/variation.ts';

/** Which model drew a picture. */
export type ModelId = Pick<ModelInfo, 'name' | 'hash'>;

const DRAWN_BY = 'drawn-by';
/** A name may hold dots itself: the hash is what stands behind the last one. */
const SEPARATOR = '.';

/**
 * An address that draws the picture again: `page` with the settings that were really used and the model that used
 * them. What else the address asks for (a model's folder, a backend) stays. null for a picture drawn from noise of
 * its own, or from another picture, which no address can hold.
 */
export function shareLink(page: URL, { name, hash }: ModelId, settings: Settings): URL | null {
  const { subject, prompt, style, seed, variation, steps, budget, guidance, picture } = settings;
  if (seed === null || picture !== undefined) return null;
  const link = new URL(page);
  const [what, other] = prompt === undefined ? (['subject', 'prompt'] as const) : (['prompt', 'subject'] as const);
  link.searchParams.delete(other);
  const values = { [what]: prompt ?? subject, style, seed, steps, budget };
  for (const [key, value] of Object.entries(values)) link.searchParams.set(key, String(value));
  writeGuidance(link.searchParams, guidance);
  writeVariation(link.searchParams, variation);
  link.searchParams.set(DRAWN_BY, `${name}${SEPARATOR}${hash}`);
  return link;
}

/** The model that a shared address was made with; null where the address does not say. */
export function sharedModel(address: URL): ModelId | null {
  const value = address.searchParams.get(DRAWN_BY) ?? '';
  const end = value.lastIndexOf(SEPARATOR);
  return end < 1 ? null : { name: value.slice(0, end), hash: value.slice(end + 1) };
}

/** What to know of a link that another model's page made; empty when it is this model's. */
export function otherModelWords(made: ModelId | null, here: ModelId | null): string {
  if (made === null || here === null) return '';
  if (made.name !== here.name) {
    return `This link was made with the model “${made.name}”; “${here.name}” draws here, so the picture is another one.`;
  }
  if (made.hash === here.hash) return '';
  return `This link was made with another version of the model “${here.name}”, so the picture may be another one.`;
}
