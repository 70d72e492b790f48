import { lazyCode } from '../lazy/lazy-code.ts';

export const loadAttention = lazyCode(
  () => import('./attention.ts'),
  'What shows where the latents look did not arrive.',
);
