import { describe, expect, it } from 'vitest';
import { fullBudget, latentsForFraction, parseNetworkConfig } from './config.ts';

const sit = { hidden: 64, heads: 4, depth: 4, grid: 8, patch: 2, in_channels: 4, num_classes: 1000 };
const elit = { ...sit, group: 4, head_blocks: 1, core_blocks: 2, tail_blocks: 1 };

describe('parseNetworkConfig', () => {
  it('reads an ELIT', () => {
    const config = parseNetworkConfig({ ...elit, time_scale: 1000, budgets: [1] });
    expect(config).toEqual({
      hidden: 64,
      heads: 4,
      depth: 4,
      grid: 8,
      patch: 2,
      inChannels: 4,
      numClasses: 1000,
      timeScale: 1000,
      latentInterface: { headBlocks: 1, coreBlocks: 2, tailBlocks: 1, window: 4 },
    });
    expect(fullBudget(config)).toBe(16);
  });

  it('reads a plain SiT when there is no group', () => {
    const config = parseNetworkConfig(sit);
    expect(config).toMatchObject({ latentInterface: null, timeScale: 1 });
    expect(fullBudget(config)).toBe(1);
  });

  it('takes the largest published head width and the 512 px grid', () => {
    const xl = { ...elit, hidden: 1152, heads: 16, depth: 28, head_blocks: 8, core_blocks: 16, tail_blocks: 4 };
    expect(parseNetworkConfig({ ...xl, grid: 32, group: 8 })).toMatchObject({ hidden: 1152 });
    expect(parseNetworkConfig({ ...sit, hidden: 128, heads: 1 })).toMatchObject({ hidden: 128 });
  });

  it.each([
    ['hidden', undefined],
    ['hidden', '64'],
    ['hidden', Number.NaN],
    ['hidden', 64.5],
    ['hidden', 0],
    ['hidden', 2 ** 21],
    ['heads', -4],
    ['depth', null],
    ['grid', Number.POSITIVE_INFINITY],
    ['patch', true],
    ['in_channels', [4]],
    ['num_classes', 0],
    ['time_scale', null],
    ['time_scale', 0],
    ['time_scale', Number.NaN],
    ['head_blocks', -1],
    ['core_blocks', 0],
    ['tail_blocks', undefined],
    ['group', null],
    ['group', 0],
  ])('refuses %s = %s', (key, value) => {
    const keys = Object.entries({ ...elit, [key]: value }).filter(([, kept]) => kept !== undefined);
    expect(() => parseNetworkConfig(Object.fromEntries(keys))).toThrow(invalid(`“${key}”`));
  });

  it.each([
    ['a head width of 4', { hidden: 16 }, 'head width of 4'],
    ['a head width of 12', { hidden: 48 }, 'head width of 12'],
    ['a head width over 128', { hidden: 544 }, 'head width of 136'],
    ['heads that do not divide the width', { heads: 3 }, '“heads” (3)'],
    ['blocks that do not add up', { depth: 5 }, '“depth” is 5'],
    ['a window that does not divide the grid', { group: 3 }, '“group” (3)'],
    ['a grid beyond the latent places', { grid: 68 }, '“grid” is 68'],
  ])('refuses %s', (_, changes, words) => {
    expect(() => parseNetworkConfig({ ...elit, ...changes })).toThrow(invalid(words));
  });

  it('refuses blocks of an interface without its window', () => {
    expect(() => parseNetworkConfig({ ...sit, core_blocks: 4 })).toThrow(invalid('“group”'));
  });

  it.each([null, [], 'config', 3])('refuses %s in place of an object', (json) => {
    expect(() => parseNetworkConfig(json)).toThrow(invalid('not a JSON object'));
  });

  it('takes nothing from a prototype', () => {
    expect(() => parseNetworkConfig(Object.create(sit))).toThrow(invalid('“hidden” is missing'));
  });
});

describe('latentsForFraction', () => {
  it.each([
    [1, 16],
    [0.5, 8],
    [1 / 16, 1],
    [0.3, 4],
    [0.7, 11],
    [0, 1],
  ])('%d of 16 is %d', (fraction, latents) => {
    expect(latentsForFraction(fraction, 16)).toBe(latents);
  });

  it('forgives rounding', () => {
    expect(latentsForFraction(0.29 * 100 * 0.01, 100)).toBe(29); // 28.999999999999996
  });

  it.each([-0.1, 1.1, Number.NaN])('refuses %d', (fraction) => {
    const refused = expect.objectContaining({ code: 'request-invalid', message: expect.stringContaining('fraction') });
    expect(() => latentsForFraction(fraction, 16)).toThrow(refused);
  });
});

function invalid(words: string): unknown {
  return expect.objectContaining({ code: 'config-invalid', message: expect.stringContaining(words) });
}
