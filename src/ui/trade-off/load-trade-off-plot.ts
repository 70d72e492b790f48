import { log } from '../../log.ts';

let isAsked = false;

/** Fetches the plot's code, once: nothing is plotted before a strip is drawn. Where it does not arrive, the next asks. */
export function loadTradeOffPlot(): void {
  if (isAsked) return;
  isAsked = true;
  void import('./trade-off-plot.ts').catch((cause: unknown) => {
    isAsked = false;
    log.warn('The plot of the strip did not arrive.', cause);
  });
}
