import { log } from '../../log.ts';

let isAsked = false;

/** Fetches the component's code, once: no first picture waits for it, and a page that cannot have it goes without. */
export function loadStartPicture(): void {
  if (isAsked) return;
  isAsked = true;
  void import('./start-picture.ts').catch((cause: unknown) => {
    log.warn('The place for a picture to start from did not arrive.', cause);
  });
}
