import { svg, type TemplateResult } from 'lit';

function icon(shape: TemplateResult): TemplateResult {
  return svg`<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75"
    stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${shape}</svg>`;
}

export const minus = icon(svg`<path d="M6 12h12" />`);
export const plus = icon(svg`<path d="M6 12h12M12 6v12" />`);
export const undo = icon(svg`<path d="M8 5 4 9l4 4M4 9h10a6 6 0 0 1 0 12h-3" />`);
export const redo = icon(svg`<path d="m16 5 4 4-4 4M20 9H10a6 6 0 0 0 0 12h3" />`);
export const chevron = icon(svg`<path d="m7 10 5 5 5-5" />`);
export const dice = icon(svg`
  <rect x="4" y="4" width="16" height="16" rx="4" />
  <path d="M9 9h.01M15 9h.01M12 12h.01M9 15h.01M15 15h.01" stroke-width="2.5" />
`);
export const heart = icon(svg`
  <path d="M12 20s-7.5-4.7-7.5-10.2A4.3 4.3 0 0 1 12 7.2a4.3 4.3 0 0 1 7.5 2.6C19.5 15.3 12 20 12 20Z" />
`);
