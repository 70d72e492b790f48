import type { ModelInfo } from '../../generator/types.ts';
import type { Draft } from '../store/studio-state.ts';

/** The lines a bug report needs besides the error itself. */
export function report(model: string | null, info: ModelInfo | null, draft: Draft | null): string {
  const lines = [`model: ${model ?? 'none'}`];
  if (info !== null) lines.push(`drawn by: ${info.backend}, ${info.adapter}`);
  if (draft !== null) {
    const { noise, ...settings } = draft;
    // Not as JSON, which would write NaN as null.
    const values = Object.entries(settings).map(([name, value]) => `${name} ${value}`);
    lines.push(`settings: ${values.join(', ')}${noise === null ? '' : ', own noise'}`);
  }
  lines.push(`browser: ${navigator.userAgent}`, `secure context: ${isSecureContext ? 'yes' : 'no'}`);
  return lines.join('\n');
}
