import { describe, expect, it } from 'vitest';
import { writeSafetensors } from '../../../test/support/safetensors.ts';
import { type NetworkConfig, parseNetworkConfig } from '../../model/config.ts';
import { Safetensors } from '../../model/safetensors.ts';
import { recordedBudgets, recordedRuns, recordedStates, recordedStepNoise, runBounds } from './recorded.ts';

const sizes = { hidden: 16, heads: 2, depth: 3, grid: 4, patch: 1, in_channels: 4, num_classes: 10 };
const sit = parseNetworkConfig(sizes);
const elit = parseNetworkConfig({ ...sizes, group: 2, head_blocks: 1, core_blocks: 1, tail_blocks: 1 });

/** A golden file with tensors of two values each, and run settings. */
function golden(names: string[], samplers?: unknown): Safetensors {
  const tensors = Object.fromEntries(names.map((name) => [name, { shape: [2], values: [1, 2] }]));
  const text = typeof samplers === 'string' ? samplers : JSON.stringify(samplers);
  return Safetensors.parse(writeSafetensors(tensors, samplers === undefined ? {} : { samplers: text }));
}

describe('recorded states', () => {
  const names = [
    'x',
    't',
    'y',
    'budget_4_of_4.velocity',
    'budget_1_of_4.core_in',
    'budget_1_of_4.velocity',
    'sample.a',
  ];

  it('are found by budget, the smallest first', () => {
    const file = golden(names);
    expect(recordedBudgets({ golden: file, config: elit })).toEqual([
      { budget: 1, prefix: 'budget_1_of_4.' },
      { budget: 4, prefix: 'budget_4_of_4.' },
    ]);
    expect(recordedStates(file, 'budget_1_of_4.')).toEqual(['budget_1_of_4.core_in', 'budget_1_of_4.velocity']);
  });

  it('have no budget in a plain SiT', () => {
    const file = golden(['x', 't', 'y', 'velocity', 'sample.noise']);
    expect(recordedBudgets({ golden: file, config: sit })).toEqual([{ budget: 1, prefix: '' }]);
    expect(recordedStates(file, '')).toEqual(['velocity']);
  });

  it('of other groups are refused', () => {
    const config = parseNetworkConfig({ ...sizes, group: 4, head_blocks: 1, core_blocks: 1, tail_blocks: 1 });
    const error = { code: 'weights-mismatch', message: expect.stringMatching(/groups of 4 latents; this one has 16/) };
    expect(() => recordedBudgets({ golden: golden(names), config })).toThrow(expect.objectContaining(error));
  });
});

describe('recorded runs', () => {
  const read = (samplers: unknown, config: NetworkConfig = elit) =>
    recordedRuns({ golden: golden(['sample.noise', 'sample.run'], samplers), config });
  const run = { num_steps: 8, sampler: 'euler_sampler', class: 3 };

  it('take what is not said from its default', () => {
    const guidance = { kind: 'none', scale: 1, budget: 4, interval: [0, 1] };
    expect(read({ run })).toEqual([{ name: 'run', solver: 'euler', steps: 8, label: 3, budget: 4, guidance }]);
  });

  it('have their solver, budget and guidance', () => {
    const cfg = { cfg_scale: 3, inference_budget: 0.5, guidance_low: 0.25, guidance_high: 0.75 };
    expect(read({ run: { ...run, ...cfg, heun: true } })[0]).toMatchObject({
      solver: 'heun',
      budget: 2,
      guidance: { kind: 'cfg', scale: 3, budget: 2, interval: [0.25, 0.75] },
    });
    const cheap = { cfg_scale: 4, unconditional_inference_budget: 0.25 };
    expect(read({ run: { ...run, ...cheap, sampler: 'euler_maruyama_sampler' } })[0]).toMatchObject({
      solver: 'sde',
      budget: 4,
      guidance: { kind: 'ccfg', scale: 4, budget: 1 },
    });
    expect(read({ run: { ...run, ...cheap, autoguidance: true } })[0]).toMatchObject({
      guidance: { kind: 'autoguidance', budget: 1 },
    });
  });

  it.each<[string, unknown, RegExp]>([
    ['no settings of a result', {}, /no settings for sample\.run/],
    ['settings that are not JSON', '{', /not JSON/],
    ['settings that are a list', [], /“samplers” is not an object/],
    ['a sampler that is not known', { run: { ...run, sampler: 'dpm' } }, /“samplers\.run\.sampler” is "dpm"/],
    ['no number of steps', { run: { ...run, num_steps: 0 } }, /num_steps” is 0/],
    ['a class that the model has not', { run: { ...run, class: 11 } }, /class” is 11/],
    [
      'a budget over the whole',
      { run: { ...run, inference_budget: 16 } },
      /“inference_budget” of a recorded run is 16/,
    ],
    ['a scale that is no number', { run: { ...run, cfg_scale: '3' } }, /cfg_scale” is "3"/],
  ])('refuses %s', (_, samplers, message) => {
    const error = { code: 'weights-mismatch', message: expect.stringMatching(message) };
    expect(() => read(samplers)).toThrow(expect.objectContaining(error));
  });

  it('find the noise of each step, and refuse a wrong amount', () => {
    const file = golden(['sample.noise', 'sample.run', 'sample.run.step_noise'], { run: { ...run, num_steps: 2 } });
    const [recorded] = recordedRuns({ golden: file, config: elit });
    expect([...recordedStepNoise(file, recorded!)(0)]).toEqual([1, 2]);
    expect(() => recordedStepNoise(file, { ...recorded!, steps: 3 })(0)).toThrow(/is not the noise of 3 steps/);
    expect(() => recordedStepNoise(file, { ...recorded!, name: 'other' })(0)).toThrow(/no tensor/);
  });
});

describe('runBounds', () => {
  it.each([
    ['none', 1, 1],
    ['cfg', 3, 5],
    ['ccfg', 4, 7],
    ['cfg', 0.5, 1],
  ] as const)('%s at scale %d is %d times a state’s', (kind, scale, growth) => {
    const bounds = runBounds({ kind, scale, budget: 1, interval: [0, 1] });
    expect(bounds.max).toBeCloseTo(growth * 1e-4, 12);
    expect(bounds.l2).toBeCloseTo(growth * 1e-5, 12);
  });
});
