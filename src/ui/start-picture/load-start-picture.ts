import { lazyCode } from '../lazy/lazy-code.ts';

export const loadStartPicture = lazyCode(
  () => import('./start-picture.ts'),
  'The place for a picture to start from did not arrive.',
);
