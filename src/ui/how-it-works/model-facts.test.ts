import { describe, expect, it } from 'vitest';
import { info } from '../../../test/support/generator-line.ts';
import { modelFacts, modelLimits } from './model-facts.ts';

const training = { images: 9990, samples: 354_432, hardware: '2 CPU cores' };

describe('the facts of a model', () => {
  it('say what the model says of itself', () => {
    const facts = Object.fromEntries(modelFacts({ ...info, training }));
    expect(facts).toMatchObject({
      Draws: '2 × 2 pixels: 2 subjects in 2 styles',
      Network: '1 + 1 + 1 blocks (head, core, tail), 4 tokens, 4 latents',
      'Learned from': '9,990 pictures',
      'Samples seen': '354,432, each picture about 35 times',
      'Trained on': '2 CPU cores',
    });
    expect(Number.parseFloat(facts['One call']!)).toBeCloseTo(info.network.flops / 1e9, 6);
  });

  it('leave out what it does not say', () => {
    const names = (value: typeof info.training) => modelFacts({ ...info, training: value }).map(([name]) => name);
    expect(names(null)).toEqual(['Draws', 'Network', 'One call']);
    expect(names({ images: null, samples: 5, hardware: null })).toEqual([
      'Draws',
      'Network',
      'One call',
      'Samples seen',
    ]);
  });

  it('call a plain network plain', () => {
    const network = { ...info.network, blocks: { head: 3, core: 0, tail: 0 } };
    expect(Object.fromEntries(modelFacts({ ...info, network })).Network).toBe('3 blocks on 4 tokens');
  });
});

describe('the limits of a model', () => {
  const briefly = expect.stringContaining('trained briefly');

  it('speak of a brief training only where it was one', () => {
    expect(modelLimits({ ...info, training })).toContainEqual(briefly);
    expect(modelLimits({ ...info, training: { ...training, samples: 0 } })).toContainEqual(briefly);
    expect(modelLimits({ ...info, readsText: true })[0]).toContain('reads any prompt');
    expect(modelLimits({ ...info, training: { ...training, samples: 1e9 } })).not.toContainEqual(briefly);
    expect(modelLimits({ ...info, training: null })).not.toContainEqual(briefly);
  });
});
