import { expect, it } from 'vitest';
import { mostLines } from './conditioning.ts';

const DEFAULTS = { maxBufferSize: 256 * 2 ** 20, maxStorageBufferBindingSize: 128 * 2 ** 20 };
/** The paper's XL/2. */
const XL = {
  hidden: 1152,
  depth: 28,
  heads: 16,
  patch: 2,
  grid: 16,
  inChannels: 4,
  numClasses: 1000,
  timeScale: 1000,
  latentInterface: { window: 4, headBlocks: 4, coreBlocks: 20, tailBlocks: 4 },
} as const;

it('the modulation of a long run of a large model is cut to the limits of the device and 256 MiB in all', () => {
  const line = 4 * 1152 * (1 + 28 * 6 + 7 + 2);
  expect(2 * 2000 * line).toBeGreaterThan(3e9); // 1000 steps of Heun, guided
  const lines = mostLines(XL, DEFAULTS);
  expect(lines * line).toBeLessThanOrEqual(256 * 2 ** 20);
  expect((lines + 1) * line).toBeGreaterThan(256 * 2 ** 20);
  const small = { ...DEFAULTS, maxStorageBufferBindingSize: 2 ** 20 };
  expect(mostLines(XL, small)).toBe(Math.floor(2 ** 20 / (4 * 1152 * 7)));
});
