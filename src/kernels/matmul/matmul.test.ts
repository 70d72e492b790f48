import { describe, expect, it } from 'vitest';
import { defaultVariants, type Tier } from '../variants.ts';
import { type Linear, type MatmulOptions, matmul } from './matmul.ts';

const buffer = {} as GPUBuffer;

function family(tier: Tier, isSoftware: boolean, rows: number, rowsPerImage = rows) {
  const linear: Linear = { weight: buffer, type: 'F16', bias: null, inputs: 16, outputs: 132 };
  const variants = defaultVariants(tier, { isSoftware });
  const options = { variants, label: '', part: '', linear, input: buffer, output: buffer, rows, rowsPerImage };
  const dispatch = matmul(options);
  return { standard: dispatch.family!.standard, variants: dispatch.family!.variants, by: dispatch.family!.by };
}

describe('the default product', () => {
  it.each([
    [1, 'quad 4×16'],
    [16, 'quad 16×16'],
    [17, 'staged 32×64'],
    [32, 'staged 32×64'],
    [33, 'staged 64×64'],
    [256, 'staged 64×64'],
  ])('of %d rows an image on hardware with subgroups: %s', (rows, standard) => {
    expect(family('f32-subgroups', false, 2 * rows, rows).standard).toBe(standard);
  });

  it('has no barriers where they are dear, nor has any member of the family', () => {
    const { standard, variants } = family('f32-subgroups', true, 256);
    expect(standard).toBe('quad 16×16');
    expect(variants.filter((name) => name.startsWith('staged'))).toEqual([]);
    expect(family('f32', true, 256).standard).toBe('direct 16×4');
    expect(family('f32', false, 256).standard).toBe('staged 64×64');
  });
});

describe('float16', () => {
  const standard = (tier: Tier, type: Linear['type'], prologue: NonNullable<MatmulOptions['prologue']>) => {
    const linear: Linear = { weight: buffer, type, bias: null, inputs: 16, outputs: 16 };
    const variants = defaultVariants(tier, { isSoftware: false });
    const { family } = matmul({
      variants,
      label: '',
      part: '',
      linear,
      input: buffer,
      output: buffer,
      rows: 8,
      prologue,
    });
    return family?.standard;
  };

  it('computes what has float16 weights, but not the conditioning', () => {
    expect(standard('f16', 'F16', 'normalize')).toBe('f16 direct 8×4');
    expect(standard('f16-subgroups', 'F16', 'normalize')).toBe('f16 quad 8×16');
    expect(standard('f32-subgroups', 'F16', 'normalize')).toBe('quad 8×16');
    expect(standard('f16-subgroups', 'BF16', 'normalize')).toBe('quad 8×16');
    expect(standard('f16-subgroups', 'F32', 'normalize')).toBe('quad 8×16');
    expect(standard('f16-subgroups', 'F16', 'silu')).toBe('quad 8×16');
  });
});

it('staged tiles cover all rows of each image and all columns', () => {
  const { by } = family('f32', false, 3 * 65, 65);
  expect(by('staged 64×64').workgroups).toEqual([3, 6, 1]);
  expect(by('staged 32×64').workgroups).toEqual([3, 9, 1]);
});
