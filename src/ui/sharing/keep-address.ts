import type { Settled } from './settled-controller.ts';
import { shareLink } from './share-link.ts';

/** Browsers refuse an address that is rewritten more than about 100 times in half a minute. ms */
const PAUSE = 400;

/** The part of a window that is written to. */
export interface AddressBar {
  readonly location: { readonly href: string };
  readonly history: Pick<History, 'state' | 'replaceState'>;
}

/**
 * Keeps the page's address at what a studio has drawn: it is written soon after a picture has settled, never for a
 * draft, and leaves the browser's “back” as it is. A picture from noise of its own leaves the address alone.
 * @returns ends it
 */
export function keepAddress(studio: EventTarget, bar: AddressBar): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const onSettled = (event: Event) => {
    const { image, info } = (event as CustomEvent<Settled>).detail;
    clearTimeout(timer);
    timer = setTimeout(() => {
      const link = shareLink(new URL(bar.location.href), info, image.settings);
      if (link !== null) bar.history.replaceState(bar.history.state, '', link);
    }, PAUSE);
  };
  studio.addEventListener('settled', onSettled);
  return () => {
    clearTimeout(timer);
    studio.removeEventListener('settled', onSettled);
  };
}
