import type { ElitError } from '../errors.ts';
import { GUIDANCE_KINDS, type Guidance } from '../sampling/guidance.ts';
import type { JsonObject } from './json-object.ts';

/**
 * Figures of a set of drawn pictures, by the names that `elit_train.evaluate` gives them: in the features of a
 * classifier of the artwork, but “imagenet.…” in those of a network that ImageNet trained.
 */
export const METRIC_NAMES = [
  'frechet',
  'kid',
  'precision',
  'recall',
  'density',
  'coverage',
  'style_agreement',
  'category_agreement',
  'imagenet.frechet',
  'imagenet.kid',
] as const;
export type MetricName = (typeof METRIC_NAMES)[number];

/** A figure with its 95 % interval, whose ends are the value where none was given. */
export interface Figure {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** What one way of drawing scored. */
export interface MetricRun {
  /** Latents a group. */
  readonly budget: number;
  readonly steps: number;
  readonly guidance: Guidance;
  readonly figures: Readonly<Partial<Record<MetricName, Figure>>>;
}

/** How good a model's pictures are, measured offline on many of them. Plain data. */
export interface Metrics {
  /** Pictures that were drawn for each run. */
  readonly samples: number;
  readonly runs: readonly MetricRun[];
}

const MOST_SAMPLES = 1e9;
const MOST_STEPS = 1000;
/** Every budget with every kind of guidance at several numbers of steps is a few hundred. */
const MOST_RUNS = 1024;

/**
 * Reads “metrics” of model.json: what `elit_train.evaluate` writes into metrics.json. Keys that are not known are
 * passed over.
 * @param maxBudget latents of a full group
 * @param refuse makes the error to throw from a message
 * @throws what `refuse` makes
 */
export function parseMetrics(keys: JsonObject, maxBudget: number, refuse: (message: string) => ElitError): Metrics {
  const runs = keys.objects('runs');
  if (runs.length === 0) throw refuse('“metrics.runs” is empty.');
  if (runs.length > MOST_RUNS) throw refuse(`“metrics.runs” has ${runs.length} entries; ${MOST_RUNS} are the most.`);
  return { samples: keys.integer('samples', 1, MOST_SAMPLES), runs: runs.map((run) => parseRun(run, maxBudget)) };
}

function parseRun(keys: JsonObject, maxBudget: number): MetricRun {
  const figures: Partial<Record<MetricName, Figure>> = {};
  for (const name of METRIC_NAMES) {
    const figure = figureNamed(name, keys);
    if (figure !== null) figures[name] = figure;
  }
  return {
    budget: keys.integer('budget', 1, maxBudget),
    steps: keys.integer('steps', 1, MOST_STEPS),
    guidance: parseGuidance(keys.object('guidance'), maxBudget),
    figures,
  };
}

function parseGuidance(keys: JsonObject, maxBudget: number): Guidance {
  const [low, high] = keys.numbers('interval', 2) as [number, number];
  return {
    kind: keys.oneOf('kind', GUIDANCE_KINDS),
    scale: keys.number('scale'),
    budget: keys.integer('budget', 1, maxBudget),
    interval: [low, high],
  };
}

/** The figure that a run has by that name, “within.key” for one of the object “within”. */
function figureNamed(name: MetricName, run: JsonObject): Figure | null {
  const [within, key] = name.split('.') as [string, string?];
  if (key === undefined) return run.has(name) ? parseFigure(run, name) : null;
  if (!run.has(within)) return null;
  const keys = run.object(within);
  return keys.has(key) ? parseFigure(keys, key) : null;
}

/** A number, or one with its interval. */
function parseFigure(keys: JsonObject, key: string): Figure {
  if (typeof keys.required(key) === 'number') {
    const value = keys.number(key);
    return { value, low: value, high: value };
  }
  const figure = keys.object(key);
  return { value: figure.number('value'), low: figure.number('low'), high: figure.number('high') };
}
