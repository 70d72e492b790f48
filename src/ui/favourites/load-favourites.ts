import { lazyCode } from '../lazy/lazy-code.ts';

/** The heart and the section of what it keeps. */
export const loadFavourites = lazyCode(() => import('./favourites.ts'), 'The favourites did not arrive.');
