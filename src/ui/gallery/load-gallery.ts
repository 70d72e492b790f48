import { log } from '../../log.ts';

let isAsked = false;

/** Fetches the section's code, once: nothing that draws needs it, and a page that cannot have it goes without. */
export function loadGallery(): void {
  if (isAsked) return;
  isAsked = true;
  void import('./gallery.ts').catch((cause: unknown) => {
    log.warn('The gallery did not arrive.', cause);
  });
}
