import { describe, expect, it } from 'vitest';
import type { Pixels } from '../../generator/types.ts';
import { ssim } from './ssim.ts';

function picture(width: number, height: number, value: (x: number, y: number, channel: number) => number): Pixels {
  const data = new Uint8ClampedArray(4 * width * height);
  for (let i = 0; i < data.length; i++) {
    const pixel = Math.floor(i / 4);
    data[i] = value(pixel % width, Math.floor(pixel / width), i % 4);
  }
  return { width, height, data };
}

/** Numbers that look random but are the same in every run. */
function scrambled(x: number, y: number, channel: number, salt: number): number {
  const wave = Math.sin(12.9898 * x + 78.233 * y + 37.719 * channel + salt) * 43758.5453;
  return 255 * (wave - Math.floor(wave));
}

/** The definition, window by window, with two-dimensional weights and central moments. */
function oracle(a: Pixels, b: Pixels): number {
  const weight = (i: number) => Math.exp(-((i - 5) ** 2) / 4.5);
  const value = ({ data, width }: Pixels, x: number, y: number, channel: number) => {
    const at = 4 * (y * width + x);
    const alpha = data[at + 3]! / 255;
    return channel === 3 ? alpha : (data[at + channel]! / 255) * alpha;
  };
  const scores: number[] = [];
  for (let channel = 0; channel < 4; channel++) {
    for (let top = 0; top + 11 <= a.height; top++) {
      for (let left = 0; left + 11 <= a.width; left++) {
        const cells = Array.from({ length: 121 }, (_, i) => {
          const [x, y] = [i % 11, Math.floor(i / 11)];
          return {
            w: weight(x) * weight(y),
            p: value(a, left + x, top + y, channel),
            q: value(b, left + x, top + y, channel),
          };
        });
        const total = cells.reduce((sum, cell) => sum + cell.w, 0);
        const mean = (of: (cell: (typeof cells)[0]) => number) =>
          cells.reduce((sum, cell) => sum + cell.w * of(cell), 0) / total;
        const [mp, mq] = [mean(({ p }) => p), mean(({ q }) => q)];
        const vp = mean(({ p }) => (p - mp) ** 2);
        const vq = mean(({ q }) => (q - mq) ** 2);
        const cov = mean(({ p, q }) => (p - mp) * (q - mq));
        scores.push(((2 * mp * mq + 1e-4) * (2 * cov + 9e-4)) / ((mp ** 2 + mq ** 2 + 1e-4) * (vp + vq + 9e-4)));
      }
    }
  }
  return scores.reduce((sum, score) => sum + score, 0) / scores.length;
}

describe('structural similarity', () => {
  it('is the definition, on pictures that are not square', () => {
    const a = picture(17, 13, (x, y, c) => scrambled(x, y, c, 1));
    const b = picture(17, 13, (x, y, c) => 0.6 * scrambled(x, y, c, 1) + 0.4 * scrambled(x, y, c, 2));
    expect(ssim(a, b)).toBeCloseTo(oracle(a, b), 10);
    expect(ssim(a, b)).toBeLessThan(0.95);
  });

  it('is 1 for equal pictures and falls with noise', () => {
    const a = picture(20, 20, (x, y, c) => (c === 3 ? 255 : 10 * ((x + y) % 20)));
    const noisy = (share: number) =>
      picture(20, 20, (x, y, c) => (c === 3 ? 255 : a.data[4 * (20 * y + x) + c]! + share * scrambled(x, y, c, 3)));
    expect(ssim(a, a)).toBeCloseTo(1, 12);
    expect(ssim(a, noisy(0.1))).toBeGreaterThan(ssim(a, noisy(0.5)));
  });

  it('does not see colours under full transparency', () => {
    const clear = (red: number) => picture(12, 12, (_x, _y, c) => (c === 0 ? red : 0));
    expect(ssim(clear(0), clear(255))).toBe(1);
  });

  it('refuses what it cannot compare', () => {
    const side = (size: number) => picture(size, size, () => 0);
    expect(() => ssim(side(12), side(13))).toThrow(RangeError);
    expect(() => ssim(side(10), side(10))).toThrow(RangeError);
  });
});
