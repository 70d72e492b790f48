import { lazyCode } from '../lazy/lazy-code.ts';

/** Nothing is plotted before a strip is drawn. Where the code does not arrive, the next strip asks again. */
export const loadTradeOffPlot = lazyCode(
  () => import('./trade-off-plot.ts'),
  'The plot of the strip did not arrive.',
  true,
);
