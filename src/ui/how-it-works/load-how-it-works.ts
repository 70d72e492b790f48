import { log } from '../../log.ts';

let isAsked = false;

/** Fetches the section's code, once: nothing that draws needs it, and a page that cannot have it goes without. */
export function loadHowItWorks(): void {
  if (isAsked) return;
  isAsked = true;
  void import('./how-it-works.ts').catch((cause: unknown) => {
    log.warn('The explanation of the network did not arrive.', cause);
  });
}
