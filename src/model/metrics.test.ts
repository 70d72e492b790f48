import { describe, expect, it } from 'vitest';
import { ElitError } from '../errors.ts';
import { JsonObject } from './json-object.ts';
import { parseMetrics } from './metrics.ts';

const refuse = (message: string) => new ElitError('manifest-invalid', message, '');
const parse = (json: unknown) => parseMetrics(new JsonObject(json, 'metrics', refuse), 16, refuse);
const run = {
  budget: 4,
  steps: 20,
  guidance: { kind: 'ccfg', scale: 2.5, budget: 1, interval: [0, 1] },
  frechet: { value: 12.5, low: 11, high: 14 },
  precision: 0.75,
};
const changed = (changes: object) => ({ samples: 1000, runs: [{ ...run, ...changes }] });

describe('the metrics of a model', () => {
  it('are what the evaluation writes, as far as they are known', () => {
    const more = { nearest_training_picture_rms: { median: 0.1 }, pairs_of_the_held_out_split: {} };
    expect(parse({ model: 'emoji', seed: 0, held_out_real_pictures: {}, ...changed(more) })).toEqual({
      samples: 1000,
      runs: [
        {
          budget: 4,
          steps: 20,
          guidance: run.guidance,
          figures: { frechet: run.frechet, precision: { value: 0.75, low: 0.75, high: 0.75 } },
        },
      ],
    });
  });

  it('have figures of a second feature space, where it was measured in', () => {
    const imagenet = { frechet: 365, kid: { value: 0.37, low: 0.35, high: 0.39 }, nearest_training_picture: {} };
    expect(parse(changed({ imagenet })).runs[0]!.figures).toEqual({
      frechet: run.frechet,
      precision: { value: 0.75, low: 0.75, high: 0.75 },
      'imagenet.frechet': { value: 365, low: 365, high: 365 },
      'imagenet.kid': imagenet.kid,
    });
  });

  it.each([
    ['no number of samples', { runs: [run] }, '“metrics.samples” is missing'],
    ['no runs', { samples: 9, runs: [] }, '“metrics.runs” is empty'],
    ['runs without end', { samples: 9, runs: Array(1025).fill(run) }, '1025 entries'],
    ['runs that are no list', { samples: 9, runs: run }, '“metrics.runs” is'],
    ['a budget that the model does not have', changed({ budget: 17 }), '“metrics.runs[0].budget” is 17'],
    ['no steps', changed({ steps: 0 }), '“metrics.runs[0].steps” is 0'],
    ['guidance of no known kind', changed({ guidance: { ...run.guidance, kind: 'magic' } }), 'guidance.kind'],
    ['an interval of one number', changed({ guidance: { ...run.guidance, interval: [1] } }), 'guidance.interval'],
    ['a distance in words', changed({ frechet: 'small' }), '“metrics.runs[0].frechet” is not an object'],
    ['a distance without its value', changed({ frechet: { low: 1, high: 2 } }), 'frechet.value” is missing'],
    ['a second space that is a number', changed({ imagenet: 3 }), '“metrics.runs[0].imagenet” is not an object'],
    ['a distance in words there', changed({ imagenet: { kid: 'small' } }), 'imagenet.kid” is not an object'],
    ['a share that is infinite', changed({ recall: Number.POSITIVE_INFINITY }), '“metrics.runs[0].recall” is Infinity'],
  ])('are refused with %s', (_, json, words) => {
    expect(() => parse(json)).toThrow(
      expect.objectContaining({ code: 'manifest-invalid', message: expect.stringContaining(words) }),
    );
  });
});
