import { log } from '../../log.ts';

/**
 * A function that has a component's code fetched when it is first called, for what no first picture waits for: a page that
 * cannot have it goes without, and says so in the log.
 * @param missing what to log
 * @param again whether a call after a failed one tries once more
 */
export function lazyCode(fetchCode: () => Promise<unknown>, missing: string, again = false): () => void {
  let isAsked = false;
  return () => {
    if (isAsked) return;
    isAsked = true;
    void fetchCode().catch((cause: unknown) => {
      if (again) isAsked = false;
      log.warn(missing, cause);
    });
  };
}
