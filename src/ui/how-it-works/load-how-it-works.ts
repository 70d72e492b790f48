import { lazyCode } from '../lazy/lazy-code.ts';

export const loadHowItWorks = lazyCode(
  () => import('./how-it-works.ts'),
  'The explanation of the network did not arrive.',
);
