import { log } from '../../log.ts';

/** The site's service worker, as far as a page cares. */
export interface UpdateWatch {
  /** Has the new version take over, and loads the page again with it. */
  apply(): void;
}

/**
 * Registers the service worker and calls `onReady` when a new version of the site waits to be loaded. Does nothing
 * where there are no service workers.
 */
export async function watchForUpdates(script: URL, onReady: (update: UpdateWatch) => void): Promise<void> {
  if (!('serviceWorker' in navigator)) return;
  try {
    const registration = await navigator.serviceWorker.register(script, { updateViaCache: 'none' });
    const offer = (worker: ServiceWorker | null) => {
      // Without a controller it is the first version ever: nothing old is on the page.
      if (worker !== null && navigator.serviceWorker.controller !== null) onReady({ apply: () => apply(worker) });
    };
    offer(registration.waiting);
    registration.addEventListener('updatefound', () => {
      const worker = registration.installing;
      worker?.addEventListener('statechange', () => worker.state === 'installed' && offer(worker));
    });
    // A page that stays open for days asks when it is looked at again.
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden) registration.update().catch((cause: unknown) => log.warn('no look for updates', cause));
    });
  } catch (cause) {
    log.warn('the page will not work offline', cause);
  }
}

function apply(worker: ServiceWorker): void {
  navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true });
  worker.postMessage('activate');
}
