import { log } from '../../log.ts';

let isAsked = false;

/** Fetches the section's code, once: nothing that draws needs it, and a page that cannot have it goes without. */
export function loadAttention(): void {
  if (isAsked) return;
  isAsked = true;
  void import('./attention.ts').catch((cause: unknown) => {
    log.warn('What shows where the latents look did not arrive.', cause);
  });
}
