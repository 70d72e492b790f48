import { get, set } from 'idb-keyval';
import type { Tier, Variants } from '../kernels/variants.ts';
import { KERNELS_VERSION } from '../kernels/version.ts';
import { log } from '../log.ts';

/** Where what was measured on a device is kept from one visit to the next. */
export interface TuningCache {
  /** The given defaults with what was chosen for their tier. */
  load(defaults: Variants): Promise<Variants>;
  save(variants: Variants): Promise<void>;
}

/** For programs that have no place to keep anything. */
export const NO_CACHE: TuningCache = {
  load: (defaults) => Promise.resolve(defaults),
  save: () => Promise.resolve(),
};

/** In the browser's IndexedDB, by adapter, tier and version of the kernels. A database that fails is none. */
export function browserCache(adapter: string): TuningCache {
  const key = (tier: Tier) => `elit-web kernels ${KERNELS_VERSION} ${tier} ${adapter}`;
  return {
    load: async (defaults) => {
      try {
        return { ...defaults, chosen: namesIn(await get(key(defaults.tier))) };
      } catch (thrown) {
        log.warn('What was tuned earlier cannot be read.', thrown);
        return defaults;
      }
    },
    save: async ({ tier, chosen }) => {
      try {
        await set(key(tier), chosen);
      } catch (thrown) {
        log.warn('What was tuned cannot be kept.', thrown);
      }
    },
  };
}

/** Names by shape, whatever else is stored there. */
function namesIn(stored: unknown): Record<string, string> {
  if (typeof stored !== 'object' || stored === null) return {};
  return Object.fromEntries(Object.entries(stored).filter(([, name]) => typeof name === 'string'));
}
