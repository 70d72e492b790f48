import { lazyCode } from '../lazy/lazy-code.ts';

export const loadGallery = lazyCode(() => import('./gallery.ts'), 'The gallery did not arrive.');
