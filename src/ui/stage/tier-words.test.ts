import { expect, it } from 'vitest';
import type { Tier } from '../../kernels/variants.ts';
import { tierWords } from './tier-words.ts';

const down = (tier: Tier) => ({ tier, reason: 'off' });

it('says what the GPU gets wrong, and nothing where it gets all right', () => {
  expect(tierWords({ tier: 'f32', stepDowns: [] })).toBe('');
  expect(tierWords({ tier: null, stepDowns: [] })).toBe('');
  expect(tierWords({ tier: 'f16', stepDowns: [down('f16-subgroups')] })).toMatch(/subgroup/);
  expect(tierWords({ tier: 'f32', stepDowns: [down('f16')] })).toMatch(/16-bit/);
  expect(tierWords({ tier: 'f32', stepDowns: [down('f16-subgroups'), down('f16')] })).toMatch(/16-bit/);
  expect(tierWords({ tier: 'f32-subgroups', stepDowns: [down('f16-subgroups'), down('f16')] })).toMatch(/16-bit/);
  expect(tierWords({ tier: 'f32', stepDowns: [down('f32-subgroups')] })).toMatch(/subgroup/);
});
