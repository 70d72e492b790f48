/** A picture as the plot sees it. */
export interface PlotPoint {
  /** Of the setting that varies. */
  readonly value: number;
  /** Milliseconds on this device. */
  readonly latency: number;
  readonly quality: number;
  /** Ends of the quality's 95 % interval, where there is one. */
  readonly low?: number;
  readonly high?: number;
}

/** Points that differ in the value alone. */
export interface PlotSeries {
  readonly name: string;
  readonly points: readonly PlotPoint[];
}

/** What the points are compared by. */
export interface Quality {
  /** Over the axis. */
  readonly title: string;
  /** Before a number. */
  readonly short: string;
  /** The column of a table. */
  readonly column: string;
  readonly isLessBetter: boolean;
  /** Where the best possible is worth showing: the axis goes that far. */
  readonly best?: number;
}

/** A point among several series. */
export interface PlotPlace {
  /** Index of the series. */
  readonly series: number;
  readonly value: number;
}

export interface Plot {
  /** What varies from point to point, in a word: “budget”. */
  readonly axis: string;
  readonly series: readonly PlotSeries[];
  readonly quality: Quality;
  /** The point that is set now, or null. */
  readonly current: PlotPlace | null;
}

/** SSIM to the full-budget image of this seed, up to 1. */
export const SSIM: Quality = {
  title: 'SSIM to the full budget',
  short: 'SSIM',
  column: 'ssim_to_full_budget',
  isLessBetter: false,
  best: 1,
};

/** The points that no other beats in both: none is at least as fast and better, or as good and faster. By latency. */
export function paretoFront(points: readonly PlotPoint[], { isLessBetter }: Quality = SSIM): PlotPoint[] {
  const sign = isLessBetter ? -1 : 1;
  const front: PlotPoint[] = [];
  const sorted = points.toSorted((a, b) => a.latency - b.latency || sign * (b.quality - a.quality));
  for (const point of sorted) {
    const best = front.at(-1);
    if (best === undefined || sign * point.quality > sign * best.quality) front.push(point);
  }
  return front;
}
