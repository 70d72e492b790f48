import { ElitError } from '../../errors.ts';
import { BACKENDS, type Backend } from '../../generator/types.ts';
import { readGuidance } from '../guidance/guidance-address.ts';
import type { Draft } from '../store/studio-state.ts';
import { readVariation } from '../variation/variation.ts';

/** What the page's address may say. */
export interface PageOptions {
  /** Folder of the model, absolute, with a slash at its end. */
  readonly model: string | null;
  /** The backend that has to draw, or null for any. */
  readonly backend: Backend | null;
  /** Settings to start with instead of the model's defaults. */
  readonly settings: Partial<Draft>;
}

/**
 * Reads `?model= &backend= &subject= &prompt= &style= &seed= &variation= &steps= &budget= &guidance=`, and what
 * `readGuidance` knows of guidance beside its scale. Numbers are not checked here (the generator does, in words); a model of another origin or
 * an unknown backend is a typed `request-invalid`.
 */
export function readPageOptions(address: URL): PageOptions {
  const query = address.searchParams;
  return { model: model(address), backend: backend(query.get('backend')), settings: settings(query) };
}

function model(address: URL): string | null {
  const value = address.searchParams.get('model');
  if (value === null) return null;
  const folder = value.endsWith('/') ? value : `${value}/`;
  if (URL.canParse(folder, address)) {
    const url = new URL(folder, address);
    // A blob: address has this site's origin too, and a file: page shares “null” with every data: address.
    if (url.origin === address.origin && url.protocol === address.protocol) return url.href;
  }
  throw new ElitError(
    'request-invalid',
    `The address asks for the model “${value}”, which is not on this site.`,
    'Models are loaded only from the site of this page. Copy the model’s folder here, or remove “model” from the address.',
  );
}

function backend(value: string | null): Backend | null {
  if (value === null) return null;
  const known = BACKENDS.find((name) => name === value);
  if (known !== undefined) return known;
  throw new ElitError(
    'request-invalid',
    `The address asks for the backend “${value}”, which this page does not have.`,
    `Use one of: ${BACKENDS.join(', ')}. Or remove “backend” from the address.`,
  );
}

function settings(query: URLSearchParams): Partial<Draft> {
  const result: { -readonly [K in keyof Draft]?: Draft[K] } = {};
  for (const name of ['subject', 'prompt', 'style'] as const) {
    const value = query.get(name);
    if (value !== null) result[name] = value;
  }
  for (const name of ['seed', 'steps', 'budget'] as const) {
    const value = query.get(name);
    if (value !== null) result[name] = value.trim() === '' ? Number.NaN : Number(value);
  }
  const guidance = readGuidance(query);
  if (guidance !== undefined) result.guidance = guidance;
  const variation = readVariation(query);
  if (variation !== undefined) result.variation = variation;
  return result;
}
